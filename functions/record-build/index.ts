import middy from '@middy/core';
import { tableClient } from '../../aws/clients.ts';
import { createTimelineStore } from '../../aws/table/timeline.ts';
import { environment } from '../../middleware/environment.ts';
import { BuildEvent } from './build-event.ts';
import { run } from './run.ts';

const { TABLE_NAME } = environment('TABLE_NAME');
const timeline = createTimelineStore({ client: tableClient(), name: TABLE_NAME });
const log = (entry: object) => console.log(JSON.stringify(entry));

export const handler = middy<unknown>().handler((event) => run(BuildEvent.parse(event), { timeline, log }));
