import { useState } from 'react';
import { Button } from 'react-aria-components';
import { ProjectField } from '../edit/project-field.js';
import { texts } from '../texts/texts.js';

/** Administrators may look at the offers of any project, and answer for it. */
export function ProjectForm({ project, onChoose }: { project: string; onChoose: (project: string) => void }) {
  const [typed, setTyped] = useState(project);
  return (
    <form
      className="typed"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') onChoose(typed.trim());
      }}
    >
      <ProjectField
        id="inbox-project"
        label={texts.inbox.project}
        hint={texts.edit.ownerHint}
        value={typed}
        onChange={setTyped}
      />
      <Button className="button" type="submit">
        {texts.inbox.showProject}
      </Button>
    </form>
  );
}
