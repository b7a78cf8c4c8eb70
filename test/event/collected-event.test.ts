import { describe, expect, it } from 'vitest';
import { AGENT, EVENT_ATTRIBUTES, eventSource, MAPPING_VERSION } from '../../src/event/collected-event.js';

describe('the source attribute', () => {
  it('is the deployment’s resource path', () => {
    expect(eventSource('sub/rg/ws', 'endpoint', 'deployment-1')).toBe(
      '/subscriptions/sub/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws' +
        '/onlineEndpoints/endpoint/deployments/deployment-1',
    );
  });

  it('has a workspace that is not three segments as one segment', () => {
    expect(eventSource('default', 'e', 'd')).toBe('/workspaces/default/onlineEndpoints/e/deployments/d');
    expect(eventSource('a/b', 'e', 'd')).toBe('/workspaces/a%2Fb/onlineEndpoints/e/deployments/d');
    expect(eventSource('', 'e', 'd')).toBe('/workspaces//onlineEndpoints/e/deployments/d');
  });

  it('leaves letters, digits and -_.~ as they are in every segment', () => {
    const kept = 'ABCXYZabcxyz0123456789-_.~';
    expect(eventSource(kept, kept, kept)).toBe(
      `/workspaces/${kept}/onlineEndpoints/${kept}/deployments/${kept}`,
    );
  });

  it('percent-encodes the UTF-8 bytes of every other character', () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    for (const character of ascii.filter((c) => !/[A-Za-z0-9\-_.~/]/.test(c))) {
      const hex = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
      expect(eventSource(`s/r${character}/w`, 'e', 'd')).toContain(`/resourceGroups/r%${hex}/`);
    }
    expect(eventSource('s/r/é😀', 'e', 'd')).toContain('/workspaces/%C3%A9%F0%9F%98%80/');
  });
});

describe('what every event says of its maker', () => {
  it('is the mapping’s version, not the package’s', () => {
    expect(AGENT).toBe('mdc-bridge/1');
    expect(MAPPING_VERSION).toBe(1);
  });

  it('stands in attributes with legal CloudEvents names', () => {
    for (const name of EVENT_ATTRIBUTES) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });
});
