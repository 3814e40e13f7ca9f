import './workers';
import './editor-themes';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { ConsoleLink } from './console-link';
import { ExampleVariables } from './example-variables';
import { examples, HEADERS } from './examples';
import { EXPLORER_PLUGIN } from './explorer';
import { fetcher } from './fetcher';
import { storageWithoutHeaders } from './storage';
import { SystemTheme } from './system-theme';
import { UploadBar } from './upload-bar';
import { ViewerBar } from './viewer-bar';

// GraphiQL restores the tabs of the last visit. An initial query would open in front of them.
const [first] = examples;
const isFirstVisit = localStorage.getItem('graphiql:tabState') === null;
const opening = isFirstVisit ? { initialQuery: first.query, initialVariables: first.variables } : {};

const plugins = [HISTORY_PLUGIN, EXPLORER_PLUGIN];

createRoot(document.getElementById('page')!).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={plugins}
    defaultTabs={examples}
    defaultHeaders={HEADERS}
    defaultEditorToolsVisibility="variables"
    shouldPersistHeaders={false}
    storage={storageWithoutHeaders}
    {...opening}
  >
    <GraphiQL.Logo>
      glance-graphql <ConsoleLink />
    </GraphiQL.Logo>
    <ViewerBar />
    <UploadBar />
    <ExampleVariables />
    <SystemTheme />
  </GraphiQL>,
);
