import { SpanKind } from '@opentelemetry/api';
import { driverErrorKind } from '../../database/error-codes.js';
import { statementTable, statementVerb } from '../../database/statement-parts.js';
import { StoreError } from '../../store/store.js';
import type { Observers } from '../metrics/observers.js';
import { ended, tracedWork } from './traced-work.js';

/** The observers of work that has spans. */
export interface SpanObservers {
  database: Pick<Observers['database'], 'statement'>;
  store: Pick<Observers['store'], 'call'>;
  upload: Pick<Observers['upload'], 'upload' | 'digest'>;
  operation: Pick<Observers['operation'], 'began'>;
}

/**
 * Returns observers that make spans of the work for a request: its operation, statements, uploads, digests and calls of
 * stores, by the conventions of OpenTelemetry where it has some. Work for no request, as of the sweep, makes none.
 *
 * @param system the name of the database's kind
 */
export function spanObservers(system: () => string): SpanObservers {
  return {
    database: {
      statement(sql) {
        const work = tracedWork();
        if (!work) return () => undefined;
        const [verb, table] = [statementVerb(sql), statementTable(sql)];
        const span = work.begin(
          table === undefined ? verb : `${verb} ${table}`,
          {
            'db.system.name': system(),
            'db.operation.name': verb,
            'db.collection.name': table,
            // Values are bound, so the text holds none.
            'db.query.text': sql,
          },
          SpanKind.CLIENT,
        );
        return (error) => ended(span, error, driverErrorKind(error));
      },
    },

    store: {
      call(store, call) {
        const span = tracedWork()?.begin(`store ${call}`, { 'glance_graphql.store': store });
        return (error) => span && ended(span, error, error instanceof StoreError ? error.fault : undefined);
      },
    },

    upload: {
      upload(store) {
        const work = tracedWork();
        const span = work?.open('upload', { 'glance_graphql.store': store });
        return (bytes, failure) => {
          if (!work || !span) return;
          span.setAttribute('glance_graphql.bytes', bytes);
          work.close(span, failure);
        };
      },
      digest(algorithms) {
        const span = tracedWork()?.begin('digest', { 'glance_graphql.algorithms': [...algorithms] });
        return (error) => span && ended(span, error);
      },
    },

    operation: {
      began({ type, name }) {
        const work = tracedWork();
        const span = work?.open(type, {
          'graphql.operation.type': type,
          'graphql.operation.name': name,
        });
        if (span && name) span.updateName(`${type} ${name}`);
        return (code) => {
          if (work && span) work.close(span, code === undefined ? undefined : { code });
        };
      },
    },
  };
}
