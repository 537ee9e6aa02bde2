import java.io.PrintStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.apache.velocity.Template;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.runtime.RuntimeInstance;

/**
 * Renders templates with Apache Velocity. Standard input is a JSON array of cases with the members template, context
 * and gobbling; standard output has a line of JSON for each, with the member output or error.
 *
 * With an argument, a number of seconds, it measures instead: each case is rendered for that time to warm up, and
 * again for the result, which is a line with the member nanoseconds, the mean of one rendering.
 */
public final class Runner {
    private static final Map<String, RuntimeInstance> engines = new HashMap<>();

    private static RuntimeInstance engine(String gobbling) {
        return engines.computeIfAbsent(gobbling, Runner::newEngine);
    }

    private static RuntimeInstance newEngine(String gobbling) {
        var engine = new RuntimeInstance();
        engine.setProperty("parser.space_gobbling", gobbling);
        engine.setProperty("directive.foreach.max_loops", 1000);
        engine.init();
        return engine;
    }

    private static Template compile(RuntimeInstance engine, String text) throws Exception {
        var template = new Template();
        template.setRuntimeServices(engine);
        template.setName("t");
        template.setData(engine.parse(new StringReader(text), template));
        template.initDocument();
        return template;
    }

    private static VelocityContext context(Object json) {
        var context = new VelocityContext();
        if (json instanceof Map) {
            ((Map<?, ?>) json).forEach((key, value) -> context.put((String) key, value));
        }
        return context;
    }

    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        for (var item : (List<?>) Json.read(input)) {
            var one = (Map<?, ?>) item;
            var gobbling = one.get("gobbling") == null ? "lines" : (String) one.get("gobbling");
            var text = (String) one.get("template");
            if (args.length > 0) {
                long time = (long) (Double.parseDouble(args[0]) * 1e9);
                var template = compile(engine(gobbling), text);
                measure(template, one.get("context"), time);
                out.println("{\"nanoseconds\": " + measure(template, one.get("context"), time) + "}");
                continue;
            }
            try {
                var writer = new StringWriter();
                // An engine keeps the macros of all its templates, so those that define one get an engine of their own.
                var engine = text.contains("macro") ? newEngine(gobbling) : engine(gobbling);
                compile(engine, text).merge(context(one.get("context")), writer);
                out.println("{\"output\": " + Json.quote(writer.toString()) + "}");
            } catch (Throwable e) {
                out.println("{\"error\": " + Json.quote(String.valueOf(e.getMessage())) + "}");
            }
        }
        out.flush();
    }

    private static double measure(Template template, Object json, long time) {
        long start = System.nanoTime();
        long count = 0;
        long size = 0;
        while (System.nanoTime() - start < time) {
            for (int i = 0; i < 20; i++, count++) {
                var writer = new StringWriter();
                template.merge(context(json), writer);
                size += writer.getBuffer().length();
            }
        }
        if (size == 0) {
            throw new IllegalStateException("the template rendered nothing");
        }
        return (double) (System.nanoTime() - start) / count;
    }
}
