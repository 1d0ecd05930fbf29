import middy from '@middy/core';
import { lifecyclePorts } from '../../lifecycle/wiring.ts';
import { run } from './run.ts';

const ports = lifecyclePorts();

export const handler = middy<unknown>().handler(() => run(ports));
