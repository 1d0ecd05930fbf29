/** A page asked for by its own address, by nobody: no middleware leads elsewhere. */
import type { Pages } from '../routing/renderer.ts';
import type { createRouter } from '../routing/router.ts';
import type { PageAnswers } from './cached-pages.ts';

const NO_BODY = Buffer.alloc(0);

/**
 * @param router without middleware
 * @param isWithData whether a page, as the build names it, is one whose client asks for data
 */
export function pageAnswers(
  router: ReturnType<typeof createRouter>,
  pages: Pages,
  isWithData: (pathname: string) => boolean,
): PageAnswers {
  return {
    async isOfPagesRouter(target) {
      const request = new Request(new URL(target, 'https://localhost'));
      const { resolution } = await router.resolve(request, target, NO_BODY);
      return resolution.kind === 'page' && isWithData(resolution.pathname);
    },
    async ask(request, target) {
      const { resolution, requestHeaders } = await router.resolve(request, target, NO_BODY);
      if (resolution.kind !== 'page') return undefined;
      const answer = await pages.answer(resolution, new Request(request.url, { headers: requestHeaders }), target);
      return answer === 'passed' ? undefined : answer;
    },
  };
}
