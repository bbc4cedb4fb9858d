"""``completion``: the script that makes a shell complete ``py-swf``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  py-swf completion bash >> ~/.bashrc
    zsh:   py-swf completion zsh >> ~/.zshrc
    fish:  py-swf completion fish > ~/.config/fish/completions/py-swf.fish
    """
    made = get_completion_class(shell)
    if made is None:  # Choice admits only the shells that click supports
        raise click.UsageError(f"no completion for {shell}")
    script = made(ctx.find_root().command, {}, "py-swf", "_PY_SWF_COMPLETE")
    click.echo(script.source())
