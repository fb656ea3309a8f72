"""What Explore does with models: choose the one that recommends, and have one trained."""

from musicrec_tui.tui.common.notifying import tell
from musicrec_tui.tui.shell import messages
from musicrec_tui.tui.shell.base import BaseScreen


class ModelActions(BaseScreen):
    """A screen that recommends with the session's run."""

    def on_training_offered(self, event: messages.TrainingOffered) -> None:
        """Say what is offered."""
        if event.sentence:
            tell(self, event.sentence, group="models", timeout=20)

    def action_choose_model(self) -> None:
        """Ask which run is to recommend."""
        from musicrec_tui.tui.screens.model_picker import ModelPicker

        def chosen(answer: str | None) -> None:
            """The id of a run, "" for popularity, None where nothing was chosen."""
            if answer is not None:
                self.session.choose(next((run for run in self.session.usable if run.id == answer), None))

        present = self.session.chosen.id if self.session.chosen is not None else ""
        self.app.push_screen(ModelPicker(self.session.usable, present), chosen)

    async def action_train(self) -> None:
        """Take the offer where there is one, and go to Train."""
        from musicrec_tui.tui.shell.first_model import submit_als

        if self.session.offer:
            await submit_als(self.session)
            await self.session.refresh_runs()
        await self.app.run_action("show('train')")
