/** What a commit says of rewrites, redirects and headers: redirects.json and customHttp.yml. Pure. */
import type { RepositoryRules } from '../domain/site-rules.ts';
import type { AmplifySettings } from './amplify.ts';
import { readHeaders, readHeadersFile } from './custom-headers.ts';
import { type Finding, finding } from './finding.ts';
import { readRulesFile } from './rewrites.ts';
import { nearest, type SourceFiles } from './source-tree.ts';

const MAX_BYTES = 1_000_000;

export function repositoryRules(
  files: SourceFiles,
  appRoot: string,
  amplify?: Pick<AmplifySettings, 'file' | 'customHeaders'>,
): { rules: RepositoryRules; findings: Finding[] } {
  const rules: RepositoryRules = {};
  const findings: Finding[] = [];
  const at = (file: string, line?: number) => ({ file, ...(line !== undefined && { line }) });
  const whole = (file: string, line?: number) => `${file}${line === undefined ? '' : `, line ${line}`}`;

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
    if ('problem' in read) {
      const { line, message } = read.problem;
      findings.push(
        finding('CUSTOM_HTTP_INVALID', `${whole(headers.file, line)}: ${message}.`, at(headers.file, line)),
      );
    } else if (read.headers) rules.headers = read.headers;
  } else if (amplify?.customHeaders !== undefined) {
    const read = readHeaders(amplify.customHeaders);
    if ('problem' in read) {
      const seen = `${amplify.file}: customHeaders: ${read.problem.message}.`;
      findings.push(finding('CUSTOM_HTTP_INVALID', seen, at(amplify.file)));
    } else if (read.headers) rules.headers = read.headers;
  }
  return { rules, findings };
}
