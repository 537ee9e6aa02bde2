import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.fge.jackson.JacksonUtils;
import com.github.fge.jackson.JsonLoader;
import com.github.fge.jsonschema.core.report.LogLevel;
import com.github.fge.jsonschema.core.report.ProcessingMessage;
import com.github.fge.jsonschema.core.report.ProcessingReport;
import com.github.fge.jsonschema.main.JsonSchemaFactory;

import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a list of cases, each with a schema and a document as texts, and writes the list with the messages of
 * json-schema-validator as Java prints a list of them.
 */
public final class Runner {
    public static void main(String[] args) throws Exception {
        JsonNode cases = JsonLoader.fromReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ArrayNode out = JacksonUtils.nodeFactory().arrayNode();
        for (JsonNode one : cases) {
            ObjectNode result = one.deepCopy();
            result.put("messages", messages(one.get("schema").asText(), one.get("document").asText()));
            out.add(result);
        }
        System.out.println(JacksonUtils.newMapper().writerWithDefaultPrettyPrinter().writeValueAsString(out));
    }

    private static String messages(String schema, String document) {
        try {
            ProcessingReport report = JsonSchemaFactory.byDefault().getJsonSchema(JsonLoader.fromString(schema))
                .validate(JsonLoader.fromString(document));
            List<String> messages = new ArrayList<>();
            for (ProcessingMessage m : report) {
                if (m.getLogLevel().compareTo(LogLevel.ERROR) >= 0) {
                    messages.add(m.getMessage());
                }
            }
            return report.isSuccess() ? "" : messages.toString();
        } catch (Exception e) {
            return "exception " + e.getClass().getSimpleName();
        }
    }
}
