import { pick, useGraphiQL } from '@graphiql/react';
import { useEffect, useSyncExternalStore } from 'react';
import { withLastImage, lastImage, onImageChange } from './example-image';

/** Writes the id of the image created last into the variables of the examples. */
export function ExampleVariables() {
  const { variableEditor, activeTabIndex } = useGraphiQL(pick('variableEditor', 'activeTabIndex'));
  const image = useSyncExternalStore(onImageChange, lastImage);
  useEffect(() => {
    const variables = variableEditor && withLastImage(variableEditor.getValue());
    if (variables !== undefined) variableEditor!.setValue(variables);
  }, [variableEditor, activeTabIndex, image]);
  return null;
}
