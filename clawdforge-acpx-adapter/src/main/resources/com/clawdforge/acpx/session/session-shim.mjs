// Runs between an ACP client and an agent: node session-shim.mjs <config.json>
//
// Lines pass in both directions byte for byte, with these exceptions. Requests that begin or resume
// a session get the settings of our session, since acpx sends none when it resumes, the agent's
// working directory, and no MCP servers, which a file could name. A permission request for a tool of
// a kind that is not allowed loses the options to allow it: clients also consider titles, which the
// model writes. The client is run to allow whatever can be allowed, so that its answer decides. The
// agent's original request is attached in _meta. What an agent says of the operator's account is
// dropped, and it is kept from asking for it.
//
// A session that begins in another mode than it should is put into that one before the client learns
// of it: in the mode "auto", which newer adapters begin with, a model decides instead of the client.
// A new session is given its title, where there is one: agents ask the model for titles of others.
//
// Config: {"argv": ["program", ...], "cwd": "/...", "approved": ["read", ...]} and optionally
// "meta": {...}, "env": more variables for the agent, "inside": true if files outside the agent's
// own directory may not be changed, "readable": ["/...", ...] if files outside it may not be read
// either, except below these directories, "inOwn": kinds that are allowed in the agent's directory
// though they are not approved, "costBetweenTurns": a file for the total cost that the agent reports
// while no prompt runs, "mode": the mode of sessions if that is not "default", and "title": the title
// of new sessions
//
// With SESSION_SHIM=stub no agent is started: a client that only creates acpx's record of a session
// discards the agent that it started for that. No agent knows the session that the stub returns, so
// the first prompt begins a real one.
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

// The ids of prompts that the agent has not answered yet.
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

// The adapter always reads these files, and they can set a mode in which it does not ask. An agent
// that edits files in its own directory could write one for itself.
function dropSettings() {
  const folder = join(config.cwd, ".claude");
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(folder);
  for (const name of ["settings.json", "settings.local.json"]) {
    rmSync(join(folder, name), { force: true, recursive: true });
  }
}

const MODE = config.mode ?? "default";
// The sessions of the requests to begin one that the agent has not answered yet, by id; those of new
// ones are unknown.
const beginning = new Map();
// Answers to such requests that wait until the agent is in the right mode, by the id of our request.
const held = new Map();
// The id of the client's first request until it is answered.
let initializing;

// The mode that a message reports, if any.
function reportedMode(line) {
  if (!line.includes("currentModeId")) return undefined;
  const { result, params } = parsed(line) ?? {};
  return result?.modes?.currentModeId ?? params?.update?.currentModeId;
}

// What begins with this line; undefined if it is not the answer to a request that begins a session.
function begun(line) {
  if (beginning.size === 0 || !line.includes('"id"')) return undefined;
  const { id, method, result } = parsed(line) ?? {};
  if (method !== undefined || !beginning.has(id)) return undefined;
  const isNew = beginning.get(id) === undefined;
  const sessionId = result?.sessionId ?? beginning.get(id);
  beginning.delete(id);
  const mode = result?.modes?.currentModeId;
  return { sessionId, isNew, isInMode: mode === undefined || mode === MODE };
}

// Requests of our own, whose answers the client does not get.
const OURS = "clawdforge-";

function ask(agent, method, params) {
  const id = `${OURS}${randomBytes(6).toString("hex")}`;
  agent.write(bytes({ jsonrpc: "2.0", id, method, params }));
  return id;
}

// What the client gets in place of an answer to a request of ours: the answer that waited for it, if
// any. Undefined if this line is no such answer.
function released(line, giveUp) {
  if (!line.includes(OURS)) return undefined;
  const { id, method, error } = parsed(line) ?? {};
  if (method !== undefined || !String(id).startsWith(OURS)) return undefined;
  const waiting = held.get(id);
  held.delete(id);
  if (waiting !== undefined && error !== undefined && !everything) {
    giveUp(`the agent does not take the mode ${MODE}: ${error.message}`);
  }
  return { line: waiting };
}

// An adapter that tells about accounts starts claude before each prompt to ask for the account,
// unless a gateway has one. Without the gateway's address this changes nothing else.
function silenceAccount(line, agent) {
  if (initializing === undefined || !line.includes("authStatus")) return;
  const { id, result } = parsed(line) ?? {};
  if (id !== initializing) return;
  initializing = undefined;
  if (result?.agentCapabilities?._meta?.authStatus !== undefined) {
    ask(agent, "authenticate", { methodId: "gateway" });
  }
}

// Gives a session that begins its title and its mode; returns whether the line has to wait for that.
function settle({ sessionId, isNew, isInMode }, line, agent) {
  if (isNew && sessionId !== undefined && config.title !== undefined) {
    // Older adapters take none. Then the model is asked for a title.
    ask(agent, "session/set_title", { sessionId, title: config.title });
  }
  if (!isInMode) held.set(ask(agent, "session/set_mode", { sessionId, modeId: MODE }), line);
  return !isInMode;
}

// An agent reports the title that it was given.
function isOurTitle(line) {
  if (config.title === undefined || !line.includes("session_info_update")) return false;
  const update = parsed(line)?.params?.update;
  return update?.sessionUpdate === "session_info_update" && update.title === config.title;
}

function isOfAccount(line) {
  return line.includes("_auth") && parsed(line)?.method?.startsWith("_auth/");
}

function toAgent(line) {
  if (initializing === undefined && line.includes('"initialize"')) {
    const { id, method } = parsed(line) ?? {};
    if (method === "initialize") initializing = id;
  }
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
  beginning.set(message.id, message.params?.sessionId);
  message.params = { ...message.params, cwd: config.cwd, mcpServers: [] };
  if (config.meta) message.params._meta = { ...message.params._meta, ...config.meta };
  return bytes(message);
}

// The path with all links resolved; for a file that does not exist yet, those of its directory.
// Undefined if it cannot be resolved.
function target(path) {
  let existing = path;
  for (let rest = ""; ; ) {
    try {
      return realpathSync(existing) + rest;
    } catch (error) {
      // A dangling link exists, and a write through it would create a file elsewhere.
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

// Plain paths only: an agent may trim a path, or expand a ~, before it treats it as absolute.
function lies(path, directories) {
  if (typeof path !== "string" || resolve(path) !== path || path.trim() !== path) return false;
  const real = target(path);
  return real !== undefined && directories.some((directory) => isBelow(real, directory));
}

function present(...values) {
  return values.filter((value) => value !== undefined);
}

// A pattern that contains directories leads out of the directory that is searched, even as one of
// several alternatives: {/etc,x}/*.
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
      // A search without a path searches the agent's directory.
      return (paths.length > 0 || kind === "search") && paths.every((path) => lies(path, places));
    }
    default:
      // No known tool of these kinds takes files; one that does is restricted like an edit.
      return isApproved && (!config.inside || paths.every((path) => lies(path, own)));
  }
}

// The adapter has no kind for notebooks.
function kindOf(toolCall) {
  const named = typeof toolCall?.kind === "string" ? toolCall.kind.toLowerCase() : "other";
  const kind = KINDS.has(named) ? named : "other";
  return kind === "other" && toolCall?.rawInput?.notebook_path !== undefined ? "edit" : kind;
}

function toClient(line, giveUp, agent) {
  if (isOfAccount(line)) return undefined;
  const ours = released(line, giveUp);
  if (ours !== undefined) return ours.line;
  silenceAccount(line, agent);
  if (isOurTitle(line)) return undefined;
  const begins = begun(line);
  if (begins !== undefined && settle(begins, line, agent)) return undefined;
  const mode = everything ? MODE : (reportedMode(line) ?? MODE);
  if (mode !== MODE) giveUp("the agent is in a mode in which it does not ask");
  if (config.costBetweenTurns && (line.includes("usage_update") || !line.includes('"method"'))) {
    noteCost(line);
  }
  // JSON may also write the letters of a method as \u00.., and a slash as \/.
  if (everything || !(line.includes("request_permission") || line.includes("\\u00"))) return line;
  const message = parsed(line);
  if (message?.method !== "session/request_permission" || message.id === undefined) return line;
  const { sessionId, options, toolCall } = message.params ?? {};
  const offered = Array.isArray(options) ? options : [];
  const kind = kindOf(toolCall);
  // "Always" would allow later calls without asking; acpx takes it only if there is no "once".
  if (mayPass(kind, toolCall) && offered.some((option) => option?.kind === "allow_once")) return line;
  message.params = {
    sessionId,
    options: offered.filter((option) => /^reject/.test(option?.kind)),
    // Without members that may be large; _meta contains all of them.
    toolCall: { toolCallId: toolCall?.toolCallId, kind: toolCall?.kind, title: toolCall?.title },
    _meta: { "clawdforge/asWritten": line.toString("utf8").trimEnd() },
  };
  return bytes(message);
}

function pipe(from, to, change, giveUp, back) {
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
      write(change(line, giveUp, back));
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
  // The cache is for acpx and this script, not for what an agent's commands compile.
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
  pipe(agent.stdout, process.stdout, toClient, giveUp, agent.stdin);
  process.stdin.on("end", end);
  process.stdin.on("error", end);
  process.stdout.on("error", end);
  agent.stdin.on("error", () => {});
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
    process.on(signal, () => agent.kill(signal));
  }
  agent.on("error", (error) => giveUp(`cannot start the agent: ${error.message}`));
  // "close" comes when the agent's output has ended too; exit only once that is written.
  agent.on("close", (code, signal) => {
    process.stdout.write("", () => process.exit(signal ? 1 : (code ?? 1)));
  });
}

if (process.env.SESSION_SHIM === "stub") {
  stub();
} else {
  serve();
}
