import { createServer } from 'node:http';
import { floorData } from './floor-data.js';
import { floorDetail } from './floor-detail.js';
import { floorPage } from './floor-page.js';

/**
 * The floor: a bare server that gives the gateway's answers with the same statements and the same bytes, and
 * has nothing of what makes a service of it: no rules, no checks, no log.
 *
 * PORT, DATABASE_URL and DATA_DIR are its only options.
 */
const page = floorPage(process.env.DATABASE_URL);
const detail = floorDetail(process.env.DATABASE_URL);
const data = floorData(process.env.DATA_DIR);

createServer((request, response) => {
  const handler = { '/graphql': page, '/v1/images/detail?limit=25': detail }[request.url] ?? data;
  handler(request, response).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    response.destroy();
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
