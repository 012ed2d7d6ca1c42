"""管路: what every area uses: access, requests, errors, pages, templates, words. Knows no area."""
