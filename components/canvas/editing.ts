import { createContext, useContext } from 'react';
import type { NodeType } from '#engine/definition.ts';
import type { GraphEdge, Layout, Point } from './graph.ts';

/** A way out of a node, as far as an edge is concerned. */
export type Outlet = Pick<GraphEdge, 'from' | 'branch'>;

/** A place both on the screen, where a menu opens, and on the canvas, where a node lands. */
export type Place = { readonly screen: Point; readonly canvas: Point };

/** What a canvas that can be edited asks of its owner. Without it, the canvas only shows. */
export type CanvasEditing = {
  /** Why this edge may not be drawn, in a sentence; undefined if it may. */
  readonly refuse: (edge: GraphEdge) => string | undefined;
  readonly onConnect: (edge: GraphEdge) => void;
  readonly onReconnect: (before: GraphEdge, after: GraphEdge) => void;
  /** `nudge`: by a key, one of several presses perhaps. */
  readonly onMove: (positions: Layout, nudge: boolean) => void;
  /** A port was pressed, or a line was let go over nothing: what shall come after it? */
  readonly onAddAfter: (outlet: Outlet, place: Place) => void;
  /** The "+" of an edge was pressed: what shall come in between? */
  readonly onAddBetween: (edge: GraphEdge, place: Place) => void;
  /** A kind from the palette was let go, over an edge perhaps. */
  readonly onDrop: (type: NodeType, at: Point, onto: GraphEdge | undefined) => void;
};

export const EditingContext = createContext<CanvasEditing | undefined>(undefined);

export function useEditing(): CanvasEditing | undefined {
  return useContext(EditingContext);
}

/** The palette hands its kind to the canvas under this type of the drag's data. */
export const DRAGGED_KIND = 'application/x-latchwork-node';
