/** What a commit says of rewrites, redirects and headers: redirects.json and customHttp.yml. Pure. */
import type { RepositoryRules } from '../domain/site-rules.ts';
import type { AmplifySettings } from './amplify.ts';
import { readHeadersFile } from './custom-headers.ts';
import { type Finding, finding } from './finding.ts';
import { readRulesFile } from './rewrites.ts';
import { nearest, type SourceFiles } from './source-tree.ts';

const MAX_BYTES = 1_000_000;

const at = (file: string, line?: number) => ({ file, ...(line !== undefined && { line }) });
const whole = (file: string, line?: number) => `${file}${line === undefined ? '' : `, line ${line}`}`;

const invalidHeaders = (file: string, { line, message }: { line?: number; message: string }) =>
  finding('CUSTOM_HTTP_INVALID', `${whole(file, line)}: ${message}.`, at(file, line));

export function repositoryRules(
  files: SourceFiles,
  appRoot: string,
  amplify?: Pick<AmplifySettings, 'file' | 'customHeaders'>,
): { rules: RepositoryRules; findings: Finding[] } {
  const rules: RepositoryRules = {};
  const findings: Finding[] = [];

  const redirects = nearest(files, appRoot, ['redirects.json']);
  if (redirects && redirects.text.length > MAX_BYTES)
    findings.push(finding('REDIRECTS_INVALID', `${redirects.file} is larger than 1 MB.`, at(redirects.file)));
  else if (redirects) {
    const read = readRulesFile(redirects.text);
    if ('rules' in read) rules.rewrites = read.rules;
    else {
      const { line, rule, message } = read.problem;
      const seen = `${whole(redirects.file, line)}: rule ${rule}: ${message}.`;
      findings.push(finding('REDIRECTS_INVALID', seen, at(redirects.file, line)));
    }
  }

  const headers = nearest(files, appRoot, ['customHttp.yml', 'customHttp.yaml']);
  if (headers && headers.text.length > MAX_BYTES)
    findings.push(finding('CUSTOM_HTTP_INVALID', `${headers.file} is larger than 1 MB.`, at(headers.file)));
  else if (headers) {
    const read = readHeadersFile(headers.text, appRoot);
    if ('problem' in read) findings.push(invalidHeaders(headers.file, read.problem));
    else if (read.headers) rules.headers = read.headers;
  } else if (amplify?.customHeaders !== undefined) {
    const { customHeaders: read } = amplify;
    if ('problem' in read) findings.push(invalidHeaders(amplify.file, read.problem));
    else if (read.headers) rules.headers = read.headers;
  }
  return { rules, findings };
}
