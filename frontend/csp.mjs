// Reads a JSON list of content security policies from standard input and writes for each its findings.
import { readFileSync } from "node:fs";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { CspParser } from "csp_evaluator/dist/parser.js";

const policies = JSON.parse(readFileSync(0, "utf8"));
const findings = policies.map((policy) => new CspEvaluator(new CspParser(policy).csp).evaluate());
process.stdout.write(JSON.stringify(findings));
