'use client';

import { MiniMap, useStore } from '@xyflow/react';
import { useTranslations } from 'next-intl';

const SIZE = { width: 160, height: 100 };

/** A pipeline this small can be seen whole, and a canvas this low has no room to give away: a map would only cover cards. */
const FEW_NODES = 20;
const LOW = 600;

/** The whole pipeline in a corner, where it is too large to be seen at once. */
export function Overview() {
  const t = useTranslations('designer.canvas');
  const helps = useStore(({ height, nodes }) => height >= LOW && nodes.length > FEW_NODES);

  return helps ? (
    <MiniMap
      ariaLabel={t('minimap')}
      position="bottom-right"
      pannable
      zoomable
      nodeClassName={(node) => `minimap-${node.type ?? ''}`}
      nodeBorderRadius={8}
      className="max-md:hidden"
      style={SIZE}
    />
  ) : null;
}
