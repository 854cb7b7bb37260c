'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { TRIGGER_NAMES } from '#engine/expression/scope.ts';
import { compileRecipe, type Recipe } from '#engine/schedule/recipe.ts';
import { JsonField } from '../instance/moves/fields.tsx';
import { faultLines, readJson } from '../recipe/faults.ts';
import { JsonView } from '../ui/JsonView.tsx';

/** What the mapping that is being written would make of a pasted body: by the engine, before anything is saved. */
export function TryMapping({ recipe, body }: { recipe: Recipe; body: string }) {
  const t = useTranslations('triggers');
  const [text, setText] = useState(body);
  const pasted = readJson(text);
  const compiled = compileRecipe(recipe, TRIGGER_NAMES);
  const rendered =
    pasted === undefined || !compiled.ok
      ? null
      : compiled.recipe.render({ body: pasted, headers: {}, query: {} });

  return (
    <div className="flex flex-col gap-3 rounded-md bg-sunken p-3">
      <JsonField
        label={t('try')}
        hint={t('tryHint')}
        rows={4}
        error={pasted === undefined ? t('notJson') : undefined}
        value={text}
        onChange={setText}
      />
      {rendered?.ok === false && (
        <p data-tone="bad" role="status" className="text-xs whitespace-pre-line text-tone">
          {faultLines(rendered.errors)}
        </p>
      )}
      {rendered?.ok === true &&
        (rendered.made === null ? (
          <p role="status" className="text-xs text-muted">
            {t('outcomes.ignored')}
          </p>
        ) : (
          <JsonView label={t('wouldMake')} value={{ ...rendered.made }} />
        ))}
    </div>
  );
}
