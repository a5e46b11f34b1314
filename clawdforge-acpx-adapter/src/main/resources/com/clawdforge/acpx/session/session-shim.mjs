// Stands between an ACP client and an agent: node session-shim.mjs <config.json>
//
// Both ways lines pass byte for byte, with two exceptions. Requests that begin or resume a session
// get the settings of our session, since acpx sends none when it resumes, the directory that the
// agent works in, and no MCP servers, which a file could name. And a request for permission, for a
// tool of a kind that may not pass, loses the options to allow it: clients also go by titles, which
// the model writes. The client is run to allow whatever can be allowed, so that what it answers is
// what happens. The request as the agent wrote it goes along in _meta.
//
// Config: {"argv": ["program", ...], "cwd": "/...", "approved": ["read", ...]} and optionally
// "meta": {...}, "env": more variables for the agent, "inside": true where files of any other
// directory than the agent's own may not be changed, "readable": ["/...", ...] where they may not be
// read either, but for those below these, "inOwn": kinds that pass in the agent's directory though
// they are not approved, and "costBetweenTurns": a file for what the agent says while no prompt runs
// that it has cost since its start
//
// With SESSION_SHIM=stub no agent is started: whoever makes a session known to acpx throws the agent
// away that was started for it. The session that this gives to the client is found by no agent, so
// that the first prompt begins a real one.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  lstatSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";

const MAX_LINE = 64 * 1024 * 1024;
const END_GRACE_MS = 2000;
const KINDS = new Set([
  "read", "edit", "delete", "move", "search", "execute", "think", "fetch", "other",
]);

const config = JSON.parse(readFileSync(process.argv[2], "utf8"));
const approved = new Set(config.approved);
const everything = [...KINDS].every((kind) => approved.has(kind));
const own = [config.cwd];
const STUB = "c1a0df00-0000-4000-8000-";
const NOT_FOUND = -32002;

function parsed(line) {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}

function bytes(message) {
  return Buffer.from(JSON.stringify(message) + "\n");
}

// The prompts that the agent has not answered yet.
const running = new Set();

function noteCost(line) {
  const { id, method, params } = parsed(line) ?? {};
  if (method === undefined) running.delete(id);
  const sum = params?.update?.sessionUpdate === "usage_update" && params.update.cost?.amount;
  if (running.size === 0 && Number.isFinite(sum)) {
    const draft = `${config.costBetweenTurns}.${process.pid}`;
    writeFileSync(draft, String(sum), { mode: 0o600 });
    renameSync(draft, config.costBetweenTurns);
  }
}

// The adapter reads them whatever it is told, and takes a mode from them in which it does not ask. An
// agent that edits in its own directory could leave itself one.
function dropSettings() {
  const folder = join(config.cwd, ".claude");
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(folder);
  for (const name of ["settings.json", "settings.local.json"]) {
    rmSync(join(folder, name), { force: true, recursive: true });
  }
}

// Whether a message tells of a mode in which the agent does not ask for everything.
function tellsOfOtherMode(line) {
  if (everything || !line.includes("currentModeId")) return false;
  const { result, params } = parsed(line) ?? {};
  const mode = result?.modes?.currentModeId ?? params?.update?.currentModeId;
  return mode !== undefined && mode !== "default";
}

function toAgent(line) {
  if (config.costBetweenTurns && line.includes('"session/prompt"')) {
    const { id, method } = parsed(line) ?? {};
    if (method === "session/prompt") running.add(id);
  }
  if (!["new", "resume", "load"].some((what) => line.includes(`"session/${what}"`))) return line;
  const message = parsed(line);
  if (!/^session\/(new|resume|load)$/.test(message?.method)) return line;
  if (String(message.params?.sessionId).startsWith(STUB)) {
    const error = { code: NOT_FOUND, message: "Resource not found" };
    process.stdout.write(bytes({ jsonrpc: "2.0", id: message.id, error }));
    return undefined;
  }
  if (config.inside) dropSettings();
  message.params = { ...message.params, cwd: config.cwd, mcpServers: [] };
  if (config.meta) message.params._meta = { ...message.params._meta, ...config.meta };
  return bytes(message);
}

// Where a path leads once every link on it is followed; of a file that is yet to be made, where its
// directory leads. Undefined where that cannot be said.
function target(path) {
  let existing = path;
  for (let rest = ""; ; ) {
    try {
      return realpathSync(existing) + rest;
    } catch (error) {
      // A link that leads nowhere is there, and what is written through it lies elsewhere.
      if (error.code !== "ENOENT" || lstatSync(existing, { throwIfNoEntry: false })) return undefined;
      if (existing === "/") return undefined;
      rest = existing.slice(existing.lastIndexOf("/")) + rest;
      existing = dirname(existing);
    }
  }
}

function isBelow(path, directory) {
  try {
    const place = realpathSync(directory);
    return path === place || path.startsWith(place === "/" ? place : `${place}/`);
  } catch {
    return false;
  }
}

// Plain paths alone: an agent may trim a path, or expand a ~, before it takes it for absolute.
function lies(path, directories) {
  if (typeof path !== "string" || resolve(path) !== path || path.trim() !== path) return false;
  const real = target(path);
  return real !== undefined && directories.some((directory) => isBelow(real, directory));
}

function present(...values) {
  return values.filter((value) => value !== undefined);
}

// A pattern with directories of its own leads out of the one that it is looked for in, also where it
// is only one of several: {/etc,x}/*.
const LEADS_OUT = /(^|[^\w*?.})\]-])[/~]|\.\./;

function mayPass(kind, toolCall) {
  const input = toolCall?.rawInput ?? {};
  const files = present(input.file_path, input.notebook_path);
  const paths = [...files, ...present(input.path)];
  const isApproved = approved.has(kind);
  switch (kind) {
    case "edit":
    case "delete":
    case "move":
      return isApproved &&
        (!config.inside || (files.length > 0 && paths.every((path) => lies(path, own))));
    case "read":
    case "search": {
      if (isApproved && config.readable === undefined) return true;
      if (!isApproved && !config.inOwn?.includes(kind)) return false;
      if ([input.pattern, input.glob].some((text) => LEADS_OUT.test(text ?? ""))) return false;
      const places = isApproved ? [...own, ...config.readable] : own;
      // A search without a path is one of the agent's directory.
      return (paths.length > 0 || kind === "search") && paths.every((path) => lies(path, places));
    }
    default:
      // No tool of these kinds that we know has files; one that has is bounded like an edit.
      return isApproved && (!config.inside || paths.every((path) => lies(path, own)));
  }
}

// The adapter has no kind for notebooks.
function kindOf(toolCall) {
  const named = typeof toolCall?.kind === "string" ? toolCall.kind.toLowerCase() : "other";
  const kind = KINDS.has(named) ? named : "other";
  return kind === "other" && toolCall?.rawInput?.notebook_path !== undefined ? "edit" : kind;
}

function toClient(line, giveUp) {
  if (tellsOfOtherMode(line)) giveUp("the agent is in a mode in which it does not ask");
  if (config.costBetweenTurns && (line.includes("usage_update") || !line.includes('"method"'))) {
    noteCost(line);
  }
  // JSON may also spell the letters of a method as \u00.., and a slash as \/.
  if (everything || !(line.includes("request_permission") || line.includes("\\u00"))) return line;
  const message = parsed(line);
  if (message?.method !== "session/request_permission" || message.id === undefined) return line;
  const { sessionId, options, toolCall } = message.params ?? {};
  const offered = Array.isArray(options) ? options : [];
  const kind = kindOf(toolCall);
  // "Always" would let later calls pass unasked; acpx takes it only where there is no "once".
  if (mayPass(kind, toolCall) && offered.some((option) => option?.kind === "allow_once")) return line;
  message.params = {
    sessionId,
    options: offered.filter((option) => /^reject/.test(option?.kind)),
    // Without what may be large, as it is all in what follows.
    toolCall: { toolCallId: toolCall?.toolCallId, kind: toolCall?.kind, title: toolCall?.title },
    _meta: { "clawdforge/asWritten": line.toString("utf8").trimEnd() },
  };
  return bytes(message);
}

function pipe(from, to, change, giveUp) {
  let kept = [];
  let size = 0;
  const write = (line) => {
    if (line !== undefined && !to.write(line)) from.pause();
  };
  to.on("drain", () => from.resume());
  from.on("data", (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const tail = chunk.subarray(start, end + 1);
      const line = kept.length === 0 ? tail : Buffer.concat([...kept, tail]);
      kept = [];
      size = 0;
      write(change(line, giveUp));
      start = end + 1;
    }
    if (start < chunk.length) {
      kept.push(chunk.subarray(start));
      size += chunk.length - start;
    }
    if (size > MAX_LINE) giveUp(`a line of more than ${MAX_LINE} bytes`);
  });
}

function stub() {
  const capabilities = {
    loadSession: true,
    promptCapabilities: { image: true, embeddedContext: true },
    sessionCapabilities: { resume: {} },
  };
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method } = parsed(line) ?? {};
    if (id === undefined || method === undefined) return;
    const results = {
      initialize: { protocolVersion: 1, agentCapabilities: capabilities, authMethods: [] },
      "session/new": { sessionId: STUB + randomBytes(6).toString("hex") },
    };
    const answer = results[method]
      ? { result: results[method] }
      : { error: { code: -32601, message: "Method not found" } };
    process.stdout.write(bytes({ jsonrpc: "2.0", id, ...answer }));
  });
}

function serve() {
  // It is for acpx and this; what an agent's commands compile is nobody's here.
  delete process.env.NODE_COMPILE_CACHE;
  const agent = spawn(config.argv[0], config.argv.slice(1), {
    cwd: config.cwd,
    env: { ...process.env, ...config.env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const giveUp = (why) => {
    console.error(`session-shim: ${why}`);
    agent.kill("SIGKILL");
    process.exit(1);
  };
  const end = () => {
    agent.stdin.end();
    setTimeout(() => agent.kill("SIGTERM"), END_GRACE_MS).unref();
    setTimeout(() => agent.kill("SIGKILL"), 2 * END_GRACE_MS).unref();
  };
  pipe(process.stdin, agent.stdin, toAgent, giveUp);
  pipe(agent.stdout, process.stdout, toClient, giveUp);
  process.stdin.on("end", end);
  process.stdin.on("error", end);
  process.stdout.on("error", end);
  agent.stdin.on("error", () => {});
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => agent.kill(signal));
  }
  agent.on("error", (error) => giveUp(`cannot start the agent: ${error.message}`));
  // "close" comes when its output has ended too; exit only once that is written.
  agent.on("close", (code, signal) => {
    process.stdout.write("", () => process.exit(signal ? 1 : (code ?? 1)));
  });
}

if (process.env.SESSION_SHIM === "stub") {
  stub();
} else {
  serve();
}
