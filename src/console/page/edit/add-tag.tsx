import { useState } from 'react';
import { Button } from 'react-aria-components';
import { TagsInUseDocument } from '../gateway/operations.js';
import { texts } from '../texts/texts.js';
import { SuggestedField } from './suggested-field.js';
import { isTag, LONGEST_TAG } from './tag.js';
import { useSuggestions } from './use-suggestions.js';

/** A field for one more tag, which suggests those in use. */
export function AddTag({
  typed,
  onType,
  onAdd,
}: {
  typed: string;
  onType: (text: string) => void;
  onAdd: (tag: string) => void;
}) {
  const [isWanted, setWanted] = useState(false);
  const found = useSuggestions(TagsInUseDocument, {}, typed, isWanted);
  const error = [...typed.trim()].length > LONGEST_TAG ? texts.tagEditor.tooLong : undefined;
  const add = (event: React.FormEvent) => {
    event.preventDefault();
    if (!isTag(typed)) return;
    onAdd(typed.trim());
    onType('');
  };
  return (
    <form className="typed" onSubmit={add}>
      <SuggestedField
        label={texts.tagEditor.add}
        value={typed}
        suggestions={found?.imageTags ?? []}
        error={error}
        onChange={onType}
        onWanted={() => setWanted(true)}
      />
      <Button className="button" type="submit">
        {texts.filters.add}
      </Button>
    </form>
  );
}
