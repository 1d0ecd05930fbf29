/** Tags as one request sees them: looked up once, and what it revalidates itself is true at once. */
import { plainTag } from '../../../../domain/cache-entry.ts';
import type { Incremental } from '../../../isr/incremental.ts';
import { judge, type TagState } from '../../../isr/tags.ts';
import { currentVisit } from './visit.ts';

export interface VisitTags {
  verdict(tags: string[], generatedAt: number): Promise<'fresh' | 'stale' | 'expired'>;
  /** @param durations with them, what there is may be shown while the next is made, for so many seconds at most */
  revalidate(tags: string[], durations?: { expire?: number }): Promise<void>;
}

export function createVisitTags({ tags, now }: Pick<Incremental, 'tags' | 'now'>): VisitTags {
  return {
    async verdict(given, generatedAt) {
      if (!tags || given.length === 0) return 'fresh';
      const names = given.map(plainTag);
      const visit = currentVisit();
      const unknown = names.filter((name) => !visit.tags.has(name));
      if (unknown.length > 0) {
        const found = await tags.read(unknown);
        for (const name of unknown) visit.tags.set(name, found.get(name) ?? {});
      }
      return judge(visit.tags, names, generatedAt, now());
    },

    async revalidate(given, durations) {
      const names = given.map(plainTag);
      const visit = currentVisit();
      const time = now();
      const state: TagState =
        durations === undefined
          ? { expiredAt: time }
          : {
              staleAt: time,
              ...(durations.expire === undefined ? {} : { expiredAt: time + durations.expire * 1000 }),
            };
      // Next tells of each tag twice: for its fetch cache, and for `use cache`.
      const isNew = (name: string) =>
        JSON.stringify(Object.keys(visit.revalidated.get(name) ?? {})) !== JSON.stringify(Object.keys(state));
      const told = names.filter(isNew);
      for (const name of told) {
        visit.revalidated.set(name, state);
        visit.tags.set(name, { ...visit.tags.get(name), ...state });
      }
      await tags?.write(told, state);
    },
  };
}
