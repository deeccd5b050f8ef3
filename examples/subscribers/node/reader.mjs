// Prints what teams learned and how far their goals are, as an agency's open topics tell it.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Kafka, logLevel } from "kafkajs";

const RETRO = "fi.soihtu.open.retro-completed.v1";
const PROGRESS = "fi.soihtu.open.key-result-updated.v1";
const { SOIHTU_KAFKA, SOIHTU_GROUP, SOIHTU_STATE, SOIHTU_USER, SOIHTU_PASSWORD, SOIHTU_CA } =
  process.env;
// Yours would be a table, in the transaction of the facts.
const seen = existsSync(SOIHTU_STATE) ? JSON.parse(readFileSync(SOIHTU_STATE)) : {};
const secure = SOIHTU_USER && {
  ssl: { ca: [readFileSync(SOIHTU_CA)] },
  sasl: { mechanism: "scram-sha-512", username: SOIHTU_USER, password: SOIHTU_PASSWORD },
};

function* facts(type, data) {
  if (type === PROGRESS)
    yield data.progress === undefined
      ? "progress none"
      : `progress ${Math.round(data.progress * 100)} %`;
  for (const found of type === RETRO ? data.findings : []) {
    const result = ["reached", "partly", "not"].includes(found.result) ? found.result : "other";
    for (const { text } of found.learnings ?? []) yield `learning ${result}: ${text[text.source]}`;
  }
}

function take(record) {
  const [type, subject, sequence] = ["ce_type", "ce_subject", "ce_sequence"].map((name) =>
    String(record.headers[name] ?? ""),
  );
  // A type that we don't know, or a version that we have had.
  if (![RETRO, PROGRESS].includes(type) || Number(sequence) <= (seen[subject] ?? 0)) return;
  for (const fact of facts(type, JSON.parse(record.value)))
    process.stdout.write(`${subject}@${sequence} ${fact}\n`);
  seen[subject] = Number(sequence);
}

const kafka = new Kafka({
  brokers: SOIHTU_KAFKA.split(","),
  clientId: SOIHTU_GROUP,
  logLevel: logLevel.ERROR,
  ...secure,
});
// Its default for readUncommitted is false; offsets are committed when eachBatch has returned.
const consumer = kafka.consumer({ groupId: SOIHTU_GROUP });
process.once("SIGTERM", () => consumer.disconnect());
await consumer.connect();
await consumer.subscribe({
  topics: ["soihtu.open.v1", "soihtu.open-progress.v1"],
  fromBeginning: true,
});
await consumer.run({
  eachBatch: async ({ batch }) => {
    batch.messages.forEach(take);
    writeFileSync(`${SOIHTU_STATE}.new`, JSON.stringify(seen));
    renameSync(`${SOIHTU_STATE}.new`, SOIHTU_STATE); // whole or not at all
  },
});
