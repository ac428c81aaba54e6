// Commits batches of three rows, one after another, and tells after each; somebody kills it.
import { openEmbedded } from '../../packages/host/dist/store/embedded/embedded.js';

const [, , folder, done] = process.argv;
const database = await openEmbedded(folder);
await database.query('CREATE TABLE IF NOT EXISTS batches (batch integer, part integer)');
for (let batch = Number(done) + 1; ; batch++) {
  await database.transaction(async (sql) => {
    for (const part of [1, 2, 3]) await sql.query('INSERT INTO batches VALUES ($1, $2)', [batch, part]);
  });
  process.send(batch);
}
