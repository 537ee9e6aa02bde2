// Runs cdk-nag's AWS Solutions rules over synthesised templates:
//
//   node check.js FOLDER REASONS
//
// FOLDER holds one assembly a set of options. A finding fails the check unless REASONS has a line
// "rule stack resource reason" for it, and so does a line of which nothing was found: stack is a
// stack's name without the installation's prefix, resource the start of a logical id, * for any.
const fs = require('fs');
const path = require('path');
const { App, Aspects, LegacyStackSynthesizer, Stack } = require('aws-cdk-lib');
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');
const { AwsSolutionsChecks, NagReportFormat } = require('cdk-nag');

const [folder, reasonsFile] = process.argv.slice(2);
const reasons = fs.readFileSync(reasonsFile, 'utf8').split('\n')
  .filter((line) => line.trim() && !line.startsWith('#'))
  .map((line) => {
    const [rule, stack, resource, ...reason] = line.trim().split(/\s+/);
    if (reason.length === 0) throw new Error(`${reasonsFile}: no reason in: ${line}`);
    return { rule, stack, resource, used: false };
  });

// A logger that keeps what it is told, in the form of cdk-nag's own.
class Findings {
  constructor(stack) { this.stack = stack; this.list = []; }
  onNonCompliance(data) { this.list.push([data.ruleId, data.resource.node.id, data.ruleInfo]); }
  onError(data) { this.list.push([data.ruleId, data.resource.node.id, `the rule failed: ${data.errorMessage}`]); }
  onCompliance() {}
  onSuppressed() {}
  onSuppressedError() {}
  onNotApplicable() {}
}

const failures = [];
let checked = 0;
for (const assembly of fs.readdirSync(folder)) {
  for (const file of fs.readdirSync(path.join(folder, assembly)).filter((f) => f.endsWith('.template.json'))) {
    const name = file.slice(assembly.length + 1, -'.template.json'.length);
    const app = new App({ outdir: fs.mkdtempSync(path.join(require('os').tmpdir(), 'nag-')), analyticsReporting: false });
    const stack = new Stack(app, 'Checked', { synthesizer: new LegacyStackSynthesizer() });
    new CfnInclude(stack, 'Template', { templateFile: path.join(folder, assembly, file), preserveLogicalIds: true });
    const findings = new Findings(name);
    const pack = new AwsSolutionsChecks({ reports: false, additionalLoggers: [findings] });
    // The rules annotate the stack as well; the logger is what counts here.
    Aspects.of(app).add(pack);
    const write = process.stderr.write;
    process.stderr.write = () => true;
    try { app.synth(); } finally { process.stderr.write = write; fs.rmSync(app.outdir, { recursive: true }); }
    checked++;
    for (const [rule, id, info] of findings.list) {
      const known = reasons.find((r) => r.rule === rule.replace(/\[.*/, '') && r.stack === name && (r.resource === '*' || id.startsWith(r.resource)));
      if (known) known.used = true;
      else failures.push(`${assembly} ${name} ${id}: ${rule}: ${info}`);
    }
  }
}
for (const r of reasons.filter((r) => !r.used)) failures.push(`${reasonsFile}: nothing was found for: ${r.rule} ${r.stack} ${r.resource}`);
if (failures.length > 0) {
  console.error(failures.join('\n'));
  process.exit(1);
}
console.log(`cdk-nag: ${checked} templates, ${reasons.length} findings with a reason`);
