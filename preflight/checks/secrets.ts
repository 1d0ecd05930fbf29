/** Values in committed .env files that look like secrets. Only names and places are told, never a value. */
import path from 'node:path';
import { type Finding, finding } from '../finding.ts';
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

export const secretFindings = ({ texts }: SourceTree): Finding[] =>
  [...texts]
    .filter(([file]) => isEnvFile(path.posix.basename(file)))
    .flatMap(([file, text]) => {
      const secrets = variablesOf(text).filter(({ name, value }) => looksSecret(name, value));
      if (secrets.length === 0) return [];
      const list = secrets.map(({ name, line }) => `${name} (line ${line})`).join(', ');
      return [
        finding('SECRET_COMMITTED', `${file} holds what looks like secrets: ${list}.`, {
          file,
          line: secrets[0]?.line,
        }),
      ];
    });
