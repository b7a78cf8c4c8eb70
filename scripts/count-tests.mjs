// Prints `N passed, N failed` from vitest's reports, and fails unless everything ran and passed.
// Usage: node scripts/count-tests.mjs FOLDER SUITE=EXIT_STATUS...
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} file */
function readReport(file) {
  if (!existsSync(file)) return { passed: 0, skipped: 0, failed: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8'));
  // A file that could not be loaded, or whose hooks failed, has failed without a failed test.
  const failedWhole = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ result) =>
      result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failed: report.numFailedTests + failedWhole.length,
  };
}

const [folder = '.', ...suites] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const suite of suites) {
  const [name, status] = suite.split('=');
  const report = readReport(join(folder, `${name}.json`));
  // What stopped before its tests, or found nothing to run, has failed too: lint, types, the build, a crash.
  const stopped = report.failed === 0 && (status !== '0' || report.passed === 0) ? 1 : 0;
  const failures = report.failed + stopped;
  const note = stopped === 1 ? `, stopped with exit status ${status}` : '';
  console.log(`${name} suite: ${report.passed} passed, ${failures} failed, ${report.skipped} skipped${note}`);
  passed += report.passed;
  failed += failures;
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
