/**
 * `npm run on-aws`: the whole of docs/guide in your own AWS account, also what the local cloud cannot answer. It takes what is yours from the
 * environment, makes real resources, and ends with taking them away; where it fails, they stay to be looked at.
 */
import { guideBlocks, runBlocks, variablesOfTheReader } from './guide.ts';

const blocks = guideBlocks();
const missing = variablesOfTheReader(blocks).filter((name) => !process.env[name]);
if (missing.length > 0) {
  console.error(
    `Set what is yours first (docs/guide/README.md says how): ${missing.join(', ')}.\nThis makes resources in AWS that cost money.`,
  );
  process.exit(2);
}

const chosen = blocks.filter(({ kind, page }) => (kind === 'here' || kind === 'aws') && page !== 'laptop.md');
const { code, ran } = await runBlocks(chosen, { BROWSER: 'true', ...process.env }, (text) =>
  process.stdout.write(text),
);
const { page, line } = ran.at(-1)?.block ?? { page: 'README.md', line: 1 };
console.log(
  code === 0
    ? `\n${ran.length} blocks of the guide work in AWS.`
    : `\ndocs/guide/${page}:${line} ended with ${code}. What was made is still there: docs/guide/removal.md takes it away.`,
);
process.exitCode = code === 0 ? 0 : 1;
