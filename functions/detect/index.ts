import { DeployInput } from '../../domain/pipeline.ts';
import { stepHandler } from '../../middleware/step.ts';
import { run } from './run.ts';
import { ports, timeline } from './wiring.ts';

export const handler = stepHandler({ step: 'Detect', input: DeployInput, timeline }, (input) => run(input, ports));
