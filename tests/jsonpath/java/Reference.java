import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Evaluates JSONPath expressions with Jayway JsonPath in its default configuration: reads a line
 * {"path": "...", "doc": "..."} at a time, in which doc is JSON text, and answers each with a line
 * {"outcome": "...", "value": "..."}, in which value is JSON text.
 */
public final class Reference {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        Configuration configuration = Configuration.defaultConfiguration();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Map<?, ?> request = (Map<?, ?>) configuration.jsonProvider().parse(line);
            StringBuilder value = new StringBuilder();
            String outcome = evaluate((String) request.get("path"), (String) request.get("doc"), configuration, value);
            StringBuilder answer = new StringBuilder("{\"outcome\":\"").append(outcome).append("\",\"value\":");
            text(answer, value.toString());
            out.print(answer.append("}\n"));
        }
        out.flush();
    }

    private static String evaluate(String path, String doc, Configuration configuration, StringBuilder value) {
        JsonPath compiled;
        try {
            compiled = JsonPath.compile(path);
        } catch (RuntimeException e) {
            return "refused";
        }
        Object root = configuration.jsonProvider().parse(doc);
        try {
            Object result = compiled.read(root, configuration);
            json(value, result);
            return "value";
        } catch (PathNotFoundException e) {
            return "not found";
        } catch (RuntimeException e) {
            return "failed";
        }
    }

    private static void json(StringBuilder out, Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Map) {
            out.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                out.append(separator);
                text(out, entry.getKey().toString());
                out.append(':');
                json(out, entry.getValue());
                separator = ",";
            }
            out.append('}');
        } else if (value instanceof Iterable) {
            out.append('[');
            String separator = "";
            for (Object element : (Iterable<?>) value) {
                out.append(separator);
                json(out, element);
                separator = ",";
            }
            out.append(']');
        } else {
            text(out, value.toString());
        }
    }

    private static void text(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
