// What a document tells to type: commands in fences and between backticks, snippets of code, transcripts.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../shell.mjs';

const elsewhere = new Set(['node_modules', 'bin', 'obj', 'generated', 'TestResults', 'artifacts', 'data']);
const history = 'CHANGELOG.md'; // tells what was, not what to type

/** Every Markdown document of the repository. */
export const documents = (folder = '') => readdirSync(join(root, folder), { withFileTypes: true })
  .filter(entry => !entry.name.startsWith('.') && !elsewhere.has(entry.name))
  .flatMap(entry => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return documents(path);
    return path.endsWith('.md') && path !== history ? [path] : [];
  });

const programs = 'gpt4roi|dotnet|helm|kubectl|docker|bash|sh|npm|npx|node|python3?|pip|protoc|curl|redis-server|apt-get|cd|export';
const subcommands = 'ask|chat|verify|weights|bench|data|train|eval';
const inlineCommand = new RegExp(String.raw`^(?:(?:${programs}) \S|(?:${subcommands}) (?:--|[a-z]+$)|-p:|\S*\.sh$|\.ci/|deploy/compose\.yaml$)`);

const withoutComment = line => line.replace(/(^|\s)#\s.*$/, '').trimEnd();

// A line that ends with a backslash goes on.
function commandsOf(lines, first) {
  const found = [];
  let text = '', line = first;
  lines.forEach((part, index) => {
    if (!text) line = first + index;
    text += withoutComment(part);
    if (text.endsWith('\\')) {
      text = `${text.slice(0, -1).trimEnd()} `;
      return;
    }
    if (text.trim()) found.push({ kind: 'command', line, text: text.trim().replace(/ {2,}/g, ' ') });
    text = '';
  });
  return found;
}

function inlineOf(prose) {
  return [...prose.matchAll(/`([^`]+)`/g)]
    .map(match => ({ kind: 'command', line: prose.slice(0, match.index).split('\n').length, text: match[1].replace(/\s+/g, ' ') }))
    .filter(({ text }) => inlineCommand.test(text));
}

/** What one document's text holds: kind (command, or the language of a fence, text if it has none), line, text. */
export function itemsOf(text) {
  const found = [];
  const prose = [];
  let fence;
  text.split('\n').forEach((line, index) => {
    const mark = line.match(/^\s*```(\w*)/);
    prose.push(mark || fence ? '' : line);
    if (mark && !fence) {
      fence = { kind: mark[1] || 'text', line: index + 2, lines: [] };
    } else if (mark) {
      if (['bash', 'sh'].includes(fence.kind)) found.push(...commandsOf(fence.lines, fence.line));
      else found.push({ kind: fence.kind, line: fence.line, text: fence.lines.join('\n') });
      fence = undefined;
    } else {
      fence?.lines.push(line);
    }
  });
  if (fence) throw new Error(`the fence of line ${fence.line - 1} has no end`);
  return [...found, ...inlineOf(prose.join('\n'))].sort((a, b) => a.line - b.line);
}

/** The items of all documents; one that several have is one, with all of its places. */
export function allItems() {
  const items = new Map();
  for (const document of documents()) {
    for (const { kind, line, text } of itemsOf(readFileSync(join(root, document), 'utf8'))) {
      const key = `${kind} ${text}`;
      if (!items.has(key)) items.set(key, { kind, text, places: [] });
      items.get(key).places.push(`${document}:${line}`);
    }
  }
  return [...items.values()];
}
