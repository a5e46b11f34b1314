// Stands between an ACP client and an agent: node session-shim.mjs <config.json>
//
// Both ways lines pass byte for byte, with two exceptions. Requests that begin or resume a session
// get the settings of our session, since acpx sends none when it resumes, and no MCP servers, which
// a file in the working directory could name. And an answer that allows a tool of a kind that may
// not pass becomes a rejection: clients also go by titles, which the model writes.
//
// Config: {"argv": ["program", ...], "approved": ["read", ...]} and optionally "meta": {...},
// "cwd": the working directory as the agent is to know it, "env": more variables for the agent
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const MAX_LINE = 64 * 1024 * 1024;
const END_GRACE_MS = 2000;
const KINDS = new Set([
  "read", "edit", "delete", "move", "search", "execute", "think", "fetch", "other",
]);

const config = JSON.parse(readFileSync(process.argv[2], "utf8"));
const approved = new Set(config.approved);
const everything = [...KINDS].every((kind) => approved.has(kind));
const asked = new Map();

const agent = spawn(config.argv[0], config.argv.slice(1), {
  stdio: ["pipe", "pipe", "inherit"],
  env: { ...process.env, ...config.env },
});

function parsed(line) {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}

function begins(line) {
  return ["new", "resume", "load"].some((what) => line.includes(`"session/${what}"`));
}

function toAgent(line) {
  if (!begins(line) && asked.size === 0) return line;
  const message = parsed(line);
  if (message === undefined || message === null) return line;
  if (/^session\/(new|resume|load)$/.test(message.method)) {
    message.params = { ...message.params, mcpServers: [] };
    if (config.cwd) message.params.cwd = config.cwd;
    if (config.meta) message.params._meta = { ...message.params._meta, ...config.meta };
    return Buffer.from(JSON.stringify(message) + "\n");
  }
  return message.method === undefined ? guarded(message, line) : line;
}

function guarded(message, line) {
  const key = JSON.stringify(message.id);
  const request = asked.get(key);
  asked.delete(key);
  const outcome = message.result?.outcome;
  if (request === undefined || outcome?.outcome !== "selected") return line;
  const options = Array.isArray(request.options) ? request.options : [];
  const chosen = options.find((option) => option.optionId === outcome.optionId);
  if (chosen?.kind?.startsWith("reject")) return line;
  const kind = KINDS.has(request.toolCall?.kind) ? request.toolCall.kind : "other";
  // "Always" would let later calls pass unasked; that is harmless only where nothing is denied.
  if (approved.has(kind) && (everything || chosen?.kind === "allow_once")) return line;
  const reject = options.find((option) => option.kind?.startsWith("reject"));
  message.result = {
    outcome: reject ? { outcome: "selected", optionId: reject.optionId } : { outcome: "cancelled" },
  };
  return Buffer.from(JSON.stringify(message) + "\n");
}

function toClient(line) {
  if (line.includes('"session/request_permission"')) {
    const message = parsed(line);
    if (message?.method === "session/request_permission" && message.id !== undefined) {
      asked.set(JSON.stringify(message.id), message.params ?? {});
    }
  }
  return line;
}

function pipe(from, to, change) {
  let kept = [];
  let size = 0;
  const write = (bytes) => {
    if (!to.write(bytes)) from.pause();
  };
  to.on("drain", () => from.resume());
  from.on("data", (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const tail = chunk.subarray(start, end + 1);
      const line = kept.length === 0 ? tail : Buffer.concat([...kept, tail]);
      kept = [];
      size = 0;
      write(change(line));
      start = end + 1;
    }
    if (start < chunk.length) {
      kept.push(chunk.subarray(start));
      size += chunk.length - start;
    }
    if (size > MAX_LINE) {
      console.error(`session-shim: a line of more than ${MAX_LINE} bytes`);
      agent.kill("SIGKILL");
      process.exit(1);
    }
  });
}

function end() {
  agent.stdin.end();
  setTimeout(() => agent.kill("SIGTERM"), END_GRACE_MS).unref();
  setTimeout(() => agent.kill("SIGKILL"), 2 * END_GRACE_MS).unref();
}

pipe(process.stdin, agent.stdin, toAgent);
pipe(agent.stdout, process.stdout, toClient);
process.stdin.on("end", end);
process.stdin.on("error", end);
process.stdout.on("error", end);
agent.stdin.on("error", () => {});
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
  process.on(signal, () => agent.kill(signal));
}
agent.on("error", (error) => {
  console.error(`session-shim: cannot start the agent: ${error.message}`);
  process.exit(1);
});
// "close" comes when its output has ended too; exit only once that is written.
agent.on("close", (code, signal) => {
  process.stdout.write("", () => process.exit(signal ? 1 : (code ?? 1)));
});
