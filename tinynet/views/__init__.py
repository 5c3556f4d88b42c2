"""Views: what does it do? A graph, a loss, a training, as pictures, pages and text."""
