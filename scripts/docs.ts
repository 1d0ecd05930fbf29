/** `npm run docs`: writes what docs/reference says of events, checks, permissions and the HTTP API, from what holds them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { EVENT_KINDS, EVENTS, EVENTS_VERSION, TOWPATH_SOURCE } from '../domain/events.ts';
import { createApi } from '../functions/api/app.ts';
import { openApiDocument } from '../functions/api/openapi/document.ts';
import type { ApiPorts } from '../functions/api/ports.ts';
import { CHECK_CODES, CHECKS, type Severity } from '../preflight/catalogue.ts';
import { deployerPolicy } from './deployer-policy.ts';
import { packageControlPlane } from './package.ts';
import { permissionsPage } from './permissions-page.ts';

const root = join(import.meta.dirname, '..');

/** Path under docs/reference → JSON Schema of an event's detail. */
export const eventSchemas = (): Record<string, object> =>
  Object.fromEntries(
    EVENT_KINDS.map((kind) => [
      `events/${kind}.json`,
      {
        title: kind,
        ...z.toJSONSchema(EVENTS[kind], {
          override: ({ jsonSchema }) => {
            // New fields may come within a version, and this format says all that zod's pattern says.
            delete jsonSchema.additionalProperties;
            if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
          },
        }),
      },
    ]),
  );

export const eventsPage = () => `# Events

<!-- Written by npm run docs from domain/events.ts. -->

Towpath tells of every deployment, and of pages that cannot be rendered anew, on an EventBridge bus of its own, \`towpath-<stage>\` (the stack's output \`EventBusName\`),
with source \`${TOWPATH_SOURCE}\`. Notifications are made of these events, and your own rules can listen to them:

\`\`\`json
{ "source": ["${TOWPATH_SOURCE}"], "detail-type": ["deployment.failed"], "detail": { "deployment": { "app": ["shop"] } } }
\`\`\`

${EVENT_KINDS.map((kind) => `- [\`${kind}\`](events/${kind}.json): ${EVENTS[kind].description}`).join('\n')}

Each link is the JSON Schema of the event's \`detail\`.

- \`detail.version\` is ${EVENTS_VERSION}. Fields may be added without a new version; a change that could break a reader is a new version.
- Delivery is EventBridge's: at least once, in no promised order. \`detail.deployment.id\`, \`redriveCount\` and the
  detail-type tell a repetition from news.
- No event has secrets in it: no variables, no tokens, no chat URLs. Commit messages are cut after 2,000 characters.
`;

const MEANINGS: Record<Severity, string> = {
  error: 'nothing is built, and the deployment fails in Detect; `towpath doctor` exits with 1',
  warning: 'the deployment goes on, and shows it',
  info: 'good to know; told by `towpath doctor` alone',
};
const severities = Object.keys(MEANINGS) as Severity[];
const ofSeverity = (severity: Severity) => CHECK_CODES.filter((code) => CHECKS[code].severity === severity);

export const checksPage = () => `# Checks

<!-- Written by npm run docs from preflight/catalogue.ts. -->

Detect makes these checks on every commit before anything is built, and \`npm run towpath -- doctor [PATH]\` the same ones on
a folder, before any push. Codes are stable; \`--json\` gives each finding as
\`{ code, severity, message, remedy, docs, file?, line?, column? }\`.

${severities.map((severity) => `- **${severity}**: ${MEANINGS[severity]}.`).join('\n')}

| code | severity | looks for |
|---|---|---|
${severities
  .flatMap(ofSeverity)
  .map((code) => `| [${code}](#${code.toLowerCase()}) | ${CHECKS[code].severity} | ${CHECKS[code].title} |`)
  .join('\n')}

${severities.flatMap(ofSeverity).map(checkSection).join('\n')}`;

function checkSection(code: (typeof CHECK_CODES)[number]): string {
  const { severity, title, why, remedy } = CHECKS[code];
  return `## ${code}\n\n**${title}** (${severity}). ${why}\n\nWhat to do: ${remedy}\n`;
}

/** Of the routes themselves: nothing is asked of the ports until a request comes. */
export const openApi = () => openApiDocument(createApi({ auth: {}, connection: {} } as ApiPorts).routes);

async function write(): Promise<void> {
  const reference = join(root, 'docs', 'reference');
  rmSync(join(reference, 'events'), { recursive: true, force: true });
  for (const [path, schema] of Object.entries(eventSchemas())) {
    mkdirSync(dirname(join(reference, path)), { recursive: true });
    writeFileSync(join(reference, path), JSON.stringify(schema));
  }
  writeFileSync(join(reference, 'events.md'), eventsPage());
  writeFileSync(join(reference, 'checks.md'), checksPage());
  writeFileSync(join(reference, 'openapi.json'), JSON.stringify(openApi()));
  const { template } = await packageControlPlane(console.log);
  const packaged = JSON.parse(readFileSync(template, 'utf8'));
  writeFileSync(join(reference, 'permissions.md'), permissionsPage(packaged));
  writeFileSync(join(reference, 'deployer-policy.json'), JSON.stringify(deployerPolicy(packaged)));
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  execFileSync(
    process.execPath,
    [
      biome,
      'format',
      '--write',
      join(reference, 'events'),
      join(reference, 'openapi.json'),
      join(reference, 'deployer-policy.json'),
    ],
    { cwd: root },
  );
}

if (import.meta.main) await write();
