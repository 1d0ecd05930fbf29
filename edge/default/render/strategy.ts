/** The seam between routing and rendering: one file for each way of rendering, behind this interface. */
import type { RenderedPage } from '../../isr/page.ts';

export interface RenderRoute {
  /** Path and query as the visitor sent them. */
  target: string;
}

export interface Renderer {
  render(request: Request, route: RenderRoute): Promise<Response>;
  /**
   * Renders a page for the regeneration function, whatever is stored of it; both parts come from one render. Throws when
   * the app does. Absent where the app's Next gives no hold for it.
   *
   * @returns undefined when the page is none that is rendered from time to time
   */
  renderAnew?(key: string): Promise<RenderedPage | undefined>;
}
