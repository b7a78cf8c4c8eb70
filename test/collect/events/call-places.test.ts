import { describe, expect, it } from 'vitest';
import { CallPlaces } from '../../../src/collect/events/call-places.js';

describe('the events of a call', () => {
  it('hold at most 1,000 rows each, cut by rows alone', () => {
    expect(new CallPlaces().take('x', 2001)).toEqual([
      { correlationId: 'x', start: 0, end: 1000, firstPlace: 0 },
      { correlationId: 'x.1', start: 1000, end: 2000, firstPlace: 1000 },
      { correlationId: 'x.2', start: 2000, end: 2001, firstPlace: 2000 },
    ]);
  });

  it('begin with .0 where the id looks like a part’s already', () => {
    const places = new CallPlaces();
    expect([...places.take('x.7', 1), ...places.take('x.7', 1)].map((part) => part.correlationId)).toEqual([
      'x.7.0',
      'x.7.1',
    ]);
  });

  it('go on where the id’s last call ended', () => {
    const places = new CallPlaces();
    places.take('x', 1001);
    expect(places.take('x', 2)).toEqual([{ correlationId: 'x.2', start: 0, end: 2, firstPlace: 1001 }]);
  });

  it('are remembered for the last 65,536 ids at least, used ones longer than others', () => {
    const places = new CallPlaces();
    places.take('first', 1);
    places.take('used', 1);
    for (let i = 0; i < 65_535; i += 1) places.take(`a${i}`, 1);
    expect(places.take('used', 1)[0]?.correlationId).toBe('used.1');
    for (let i = 0; i < 65_536; i += 1) places.take(`b${i}`, 1);
    expect(places.take('used', 1)[0]?.correlationId).toBe('used.2');
    expect(places.take('first', 1)[0]?.correlationId).toBe('first');
  });

  it('are forgotten one day, so that no number of calls fills the memory', () => {
    const places = new CallPlaces(2);
    for (const id of ['a', 'b', 'c', 'd', 'e']) places.take(id, 1);
    expect(places.take('a', 1)[0]?.correlationId).toBe('a');
  });
});
