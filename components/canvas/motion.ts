const GLIDE_MS = 200;

/** How long the view takes to get where it is sent. At once for those who asked their system for less motion. */
export function glideMs(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : GLIDE_MS;
}
