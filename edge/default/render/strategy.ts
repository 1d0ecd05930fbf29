/** The seam between routing and rendering: one file for each way of rendering, behind this interface. */
export interface RenderRoute {
  /** Path and query as the visitor sent them. */
  target: string;
}

export interface Renderer {
  render(request: Request, route: RenderRoute): Promise<Response>;
}
