// Node's spawn, and execa where it is installed ($BENCH_NODE_MODULES). node.mjs PROGRAM WORK [ARG]... prints lines of 'figure value'.
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { once } from 'node:events';

const [program, work, ...rest] = process.argv.slice(2);
const us = begin => Number(process.hrtime.bigint() - begin) / 1000;
const quiet = { stdio: ['pipe', 'pipe', 'inherit'] };

async function start(rounds, megabytes, descriptors, library) {
  for (let i = 0; i < descriptors; i++) openSync('/dev/null', 'r');
  globalThis.heap = Buffer.alloc(megabytes * 1048576, 1);
  const execa = library === 'execa' ? (await import(`${process.env.BENCH_NODE_MODULES}/execa/index.js`)).execa : null;
  for (let round = 0; round < rounds; round++) {
    const begin = process.hrtime.bigint();
    const child = execa
      ? execa(program, ['-1', 'hello'], { reject: false, stdin: 'pipe', buffer: false })
      : spawn(program, ['-1', 'hello'], quiet);
    const returned = us(begin);
    await once(child.stdout, 'data');
    console.log(`returns ${returned}\nfirst ${us(begin)}`);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

async function output(processor, kind, bytes, block) {
  const begin = process.hrtime.bigint();
  const child = spawn(program, [processor, kind, bytes, block], quiet);
  let total = 0;
  child.stdout.on('data', data => { total += data.length; });
  await once(child.stdout, 'end');
  console.log(`rate ${total / us(begin) / 1000}`);
}

async function input(processor, bytes) {
  const begin = process.hrtime.bigint();
  const child = spawn(program, [processor, 'sink', bytes], quiet);
  const data = Buffer.alloc(65536);
  const answered = once(child.stdout, 'data');
  for (let left = Number(bytes); left > 0; left -= data.length)
    if (!child.stdin.write(data)) await once(child.stdin, 'drain');
  await answered;
  console.log(`rate ${Number(bytes) / us(begin) / 1000}`);
}

async function echo(processor, rounds) {
  const child = spawn(program, [processor, 'echo'], quiet);
  const message = Buffer.alloc(64);
  for (let round = -100; round < rounds; round++) {
    const begin = process.hrtime.bigint();
    child.stdin.write(message);
    await once(child.stdout, 'data');
    if (round >= 0) console.log(`us ${us(begin)}`);
  }
  child.stdin.end();
}

const works = { start: () => start(+rest[0], +rest[1], +rest[2], rest[3]), output: () => output(...rest), input: () => input(...rest),
  echo: () => echo(rest[0], +rest[1]) };
await works[work]();
