/** Bounds of one expression. All are far above what a person writes; they are there for the one who means harm. */

/** Characters of its source. */
export const MAX_SOURCE = 4_000;

/** Nodes of its syntax tree, and how deep they may nest. */
export const MAX_AST_NODES = 500;
export const MAX_AST_DEPTH = 32;

/**
 * Steps of one evaluation, or of one rendering of a template: a step is about one node of the syntax tree evaluated, one element
 * looked at, or 16 characters copied. A million take some 50 ms, and half a second where every step was chosen to be slow.
 */
export const MAX_STEPS = 1_000_000;

/** Characters of the context, written as JSON, that an expression may read: it is copied with every patch, so it holds facts, not data. */
export const MAX_CONTEXT = 262_144;

/** How deep the values that operators and functions work on may nest. Deeper ones may still be passed on whole. */
export const MAX_VALUE_DEPTH = 64;

/** How deep a template may nest, and how many expressions it may hold. */
export const MAX_TEMPLATE_DEPTH = 64;
export const MAX_TEMPLATE_EXPRESSIONS = 1_000;
