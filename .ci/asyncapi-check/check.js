// Parses AsyncAPI documents by the official parser; exits 1 at the first that it finds an error in.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

for (const path of process.argv.slice(2)) {
  const { document, diagnostics } = await new Parser().parse(await readFile(path, "utf8"), { source: path });
  const errors = diagnostics.filter(({ severity }) => severity === 0);
  for (const { message, path: where } of errors) {
    console.error(`${path}: ${where.join(".")}: ${message}`);
  }
  if (!document || errors.length) process.exit(1);
  const messages = document.allMessages().all().length;
  console.log(`${path}: parsed, ${document.allChannels().all().length} channels, ${messages} messages`);
}
