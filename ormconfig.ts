import 'reflect-metadata';
import { dataSource } from './src/database/data-source.js';
import { entities } from './src/image/records/entities.js';
import { readConfig } from './src/config/read-config.js';

/** The data source for TypeORM's own command line: `npm run typeorm -- migration:show`. */
export default await dataSource(readConfig(process.env), entities);
