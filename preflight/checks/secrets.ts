/** Values in committed .env files and in amplify.yml that look like secrets. Only names and places are told, never a value. */
import path from 'node:path';
import { type Finding, finding } from '../finding.ts';
import type { Plan } from '../plan.ts';
import { isEnvFile, type SourceTree } from '../source-tree.ts';

const NAMES = /(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|CREDENTIALS?)(_|$)/i;
/** Of the form that an issuer gives its secrets: these count whatever the variable is called. */
const FORMS = [
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bgithub_pat_\w{22,}/,
  /\bglpat-[\w-]{20}/,
  /\b[sr]k_live_[A-Za-z0-9]{16,}/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /^[a-z][a-z0-9+]*:\/\/[^\s:/@]+:[^\s:/@$]{4,}@(?!localhost|127\.)/i,
];
const PLACEHOLDER =
  /^(|true|false|null|none|x+|\*+|\.+|<.*>|\$\{?\w+\}?|.*(change|replace|your|example|placeholder|dummy|todo|fixme).*)$/i;
const MIN_SECRET_LENGTH = 8;

function looksSecret(name: string, value: string): boolean {
  if (FORMS.some((form) => form.test(value))) return true;
  const isPublic = name.startsWith('NEXT_PUBLIC_');
  return !isPublic && NAMES.test(name) && value.length >= MIN_SECRET_LENGTH && !PLACEHOLDER.test(value);
}

/** `KEY=value`, `export KEY="value"`; a value over several lines counts by its first. */
function variablesOf(text: string) {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const [, name, raw = ''] = /^\s*(?:export\s+)?([\w.]+)\s*=\s*(.*?)\s*$/.exec(content) ?? [];
    const value = /^(['"`])(.*?)(\1|$)/.exec(raw)?.[2] ?? raw.replace(/\s+#.*$/, '');
    return name ? [{ name, value, line: index + 1 }] : [];
  });
}

interface Written {
  name: string;
  value: string;
  line: number;
}

function told(file: string, written: Written[]): Finding[] {
  const secrets = written.filter(({ name, value }) => looksSecret(name, value));
  if (secrets.length === 0) return [];
  const list = secrets.map(({ name, line }) => `${name} (line ${line})`).join(', ');
  return [
    finding('SECRET_COMMITTED', `${file} holds what looks like secrets: ${list}.`, { file, line: secrets[0]?.line }),
  ];
}

function ofAmplify({ texts }: SourceTree, { amplify }: Partial<Plan>): Finding[] {
  if (!amplify) return [];
  const lines = (texts.get(amplify.file) ?? '').split('\n');
  const lineOf = (name: string) => lines.findIndex((line) => new RegExp(`\\b${name}['"]?\\s*:`).test(line)) + 1;
  const written = Object.entries(amplify.environment).map(([name, value]) => ({
    name,
    value,
    line: lineOf(name) || 1,
  }));
  return told(amplify.file, written);
}

export const secretFindings = (tree: SourceTree, plan: Partial<Plan>): Finding[] => [
  ...[...tree.texts]
    .filter(([file]) => isEnvFile(path.posix.basename(file)))
    .flatMap(([file, text]) => told(file, variablesOf(text))),
  ...ofAmplify(tree, plan),
];
