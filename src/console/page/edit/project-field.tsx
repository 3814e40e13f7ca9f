import { useState } from 'react';
import { useProjectText } from '../parts/project.js';
import { texts } from '../texts/texts.js';
import { TextField } from './fields.js';
import { SuggestedField } from './suggested-field.js';
import { useFoundProjects, useMayFindProjects } from './use-found-projects.js';

interface Props {
  id: string;
  label: string;
  /** Stands below the label where the gateway cannot list projects. */
  hint?: string;
  value: string;
  error?: string;
  onChange: (value: string) => void;
}

/** A field for the id of a project. It finds projects by their names for those who may list them. */
export function ProjectField(props: Props) {
  return useMayFindProjects() ? <FindingField {...props} /> : <TextField {...props} />;
}

function FindingField({ hint, value, ...others }: Props) {
  const [isWanted, setWanted] = useState(false);
  const projectText = useProjectText();
  const found = useFoundProjects(value, isWanted);
  const { projects } = texts;
  const chosen = found?.find(({ id }) => id === value.trim());
  const said = chosen ? projects.chosen(projectText(chosen.id, chosen)) : projects.found(found?.length ?? 0);
  return (
    <div>
      <SuggestedField
        {...others}
        value={value}
        hint={found === null ? hint : projects.hint}
        suggestions={(found ?? []).map((each) => ({ value: each.id, label: projectText(each.id, each) }))}
        onWanted={() => setWanted(true)}
      />
      <p role="status" className="said">
        {found && value.trim() !== '' && said}
      </p>
    </div>
  );
}
