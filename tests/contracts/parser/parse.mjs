// Says what the AsyncAPI parser finds wrong with a document; ends with 1 where there is an error.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
for (const { severity, code, path, message } of diagnostics)
  process.stdout.write(`${severity} ${code} ${path.join(".")}: ${message}\n`);
process.exitCode = document && !diagnostics.some(({ severity }) => severity < 2) ? 0 : 1;
