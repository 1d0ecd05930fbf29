/** The tags of state machines. */
import type { Operations } from '../../service.ts';
import type { MachineRecord, StatesRecords } from './records.ts';

export interface Tag {
  key: string;
  value: string;
}

export function tagsOf(tags: Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

export function createMachineTags(records: StatesRecords, find: (arn: string) => MachineRecord): Operations {
  const put = (arn: string, tags: Record<string, string>): void => {
    const machine = find(arn);
    records.machines.put(machine.name, { ...machine, tags });
  };
  return {
    TagResource: async (input: { resourceArn: string; tags: Tag[] }) => {
      const { tags } = find(input.resourceArn);
      put(input.resourceArn, { ...tags, ...tagsOf(input.tags) });
      return {};
    },
    UntagResource: async (input: { resourceArn: string; tagKeys: string[] }) => {
      const tags = Object.entries(find(input.resourceArn).tags).filter(([key]) => !input.tagKeys.includes(key));
      put(input.resourceArn, Object.fromEntries(tags));
      return {};
    },
    ListTagsForResource: async (input: { resourceArn: string }) => ({
      tags: Object.entries(find(input.resourceArn).tags).map(([key, value]) => ({ key, value })),
    }),
  };
}
