"""Settings: what is shown and told, and what a change does to the window at once."""

from __future__ import annotations

from itertools import pairwise

import pytest

from app.translation import LANGUAGES
from app.views import fonts
from app.views.drawn_text import drawn
from app.views.rows import AppearanceRow, NotificationSettingsRow
from app.views.server_rows import ServerRow
from app.views.settings_appearance import LanguageButton
from app.views.settings_page import SettingsPage
from app.views.steps import TEXT_PERCENTS, stepped
from app.views.surface import FlatButton
from app.views.tokens import contrast
from tests.app.views.conftest import Stage, message
from tests.app.views.timeline_sight import place_of


@pytest.mark.parametrize("theme", ["light", "dark", "system", "contrast"])
def test_a_theme_is_told(stage: Stage, page: SettingsPage, theme: str) -> None:
    stage.press(page.appearance.theme.buttons[theme], "<space>")
    assert stage.calls.named("on_theme_choice") == [(theme,)]


def test_the_chosen_theme_has_the_keys_and_a_shape_of_its_own(
    stage: Stage, page: SettingsPage
) -> None:
    stage.window.popups.stack.close_all()
    stage.window.show_appearance(AppearanceRow("dark"), "light")
    stage.press(stage.window.composer.text, "<Control-comma>")
    themes = page.appearance.theme.buttons
    assert page.focus_get() is themes["dark"]
    images = {name: str(button.cget("image")) for name, button in themes.items()}
    assert images["light"] == images["system"] == images["contrast"] != images["dark"]


def test_sizes_go_step_by_step(stage: Stage, page: SettingsPage) -> None:
    page.text_size.larger.invoke()
    page.text_size.smaller.invoke()
    page.appearance.window_size.larger.invoke()
    assert stage.calls.named("on_text_percent") == [(110,), (90,)]
    assert stage.calls.named("on_window_percent") == [(125,)]


def test_the_order_of_the_rooms_is_told_and_shown(stage: Stage, page: SettingsPage) -> None:
    buttons = page.appearance.room_order.buttons
    stage.window.set_room_order("name")
    stage.press(buttons["newest"], "<space>")
    assert stage.calls.named("on_room_order") == [("newest",)]
    assert page.appearance.room_order.chosen == "name"
    stage.window.set_room_order("own")
    images = {name: str(button.cget("image")) for name, button in buttons.items()}
    assert images["name"] == images["newest"] != images["own"]
    stage.window.set_room_order("name")


def test_a_language_is_told_and_shown(stage: Stage, page: SettingsPage) -> None:
    names = [
        page.appearance.language.menu.entrycget(place, "label")
        for place in range(len(LANGUAGES) + 1)
    ]
    assert names == ["Like the system", *map(drawn, LANGUAGES.values())]
    page.appearance.language.menu.invoke(names.index("Deutsch"))
    assert stage.calls.named("on_language") == [("de",)]
    stage.window.show_appearance(AppearanceRow(language="de"), "light")
    assert page.appearance.language.button.cget("text").strip() == "Deutsch"


def test_the_menu_marks_what_is_chosen(stage: Stage, page: SettingsPage) -> None:
    choice = page.appearance.language
    for language, place in (("", 0), ("de", 1 + list(LANGUAGES).index("de")), ("xx", 0), ("", 0)):
        stage.window.show_appearance(AppearanceRow(language=language), "light")
        assert marked(choice) == [place]
    choice.menu.invoke(2)
    assert marked(choice) == [0], "nobody has said that it is so"


def marked(choice: LanguageButton) -> list[int]:
    """The rows of the menu that Tk draws with a mark."""
    last = choice.menu.index("end")
    assert last is not None
    return [
        place
        for place in range(last + 1)
        if int(choice.menu.getvar(str(choice.menu.entrycget(place, "variable"))))
        == int(choice.menu.entrycget(place, "value"))
    ]


def test_whose_joins_are_shown_is_told_and_shown(stage: Stage, page: SettingsPage) -> None:
    choice = page.appearance.joins
    stage.window.show_appearance(AppearanceRow(), "light")
    assert (
        choice.buttons[choice.chosen].cget("text").strip() == "Of people who wrote lately (30 min)"
    )
    for value in ("all", "none"):
        stage.press(choice.buttons[value], "<space>")
    assert stage.calls.named("on_joins") == [("all",), ("none",)]
    stage.window.show_appearance(AppearanceRow(joins="none"), "light")
    assert choice.chosen == "none"


def test_a_restart_is_offered_while_something_waits_for_it(
    stage: Stage, page: SettingsPage
) -> None:
    section = page.appearance
    assert not section.restart_button.winfo_ismapped()
    stage.window.show_appearance(AppearanceRow(language="de", needs_restart=True), "light")
    stage.settle()
    assert section.restart_button.winfo_ismapped()
    stage.press(section.restart_button, "<space>")
    assert stage.calls.named("on_restart") == [()]


def test_the_last_step_stays() -> None:
    assert stepped(200, TEXT_PERCENTS, 1) == 200
    assert stepped(80, TEXT_PERCENTS, -1) == 80
    assert stepped(113, TEXT_PERCENTS, 1) == 125


@pytest.mark.parametrize(
    ("key", "percent"), [("<Control-plus>", 110), ("<Control-minus>", 90), ("<Control-Key-0>", 100)]
)
def test_keys_change_the_size(stage: Stage, key: str, percent: int) -> None:
    stage.window.show_appearance(AppearanceRow(), "light")
    stage.press(stage.window.composer.text, key)
    assert stage.calls.named("on_text_percent") == [(percent,)]


def test_larger_messages_are_larger_at_once(stage: Stage, page: SettingsPage) -> None:
    stage.show_rows(tuple(message(n, f"line {n}") for n in range(1, 4)))
    line, name = fonts.line_height(page, fonts.TALK), fonts.line_height(page, fonts.BODY)
    before = place_of(stage, "line 3") - place_of(stage, "line 1")
    stage.window.show_appearance(AppearanceRow(text_percent=200), "light")
    stage.settle()
    assert fonts.line_height(page, fonts.TALK) > 1.8 * line
    assert fonts.line_height(page, fonts.BODY) == name
    assert place_of(stage, "line 3") - place_of(stage, "line 1") > 1.4 * before
    assert "200" in str(page.text_size.value.cget("text"))


def test_the_field_grows_with_its_letters(stage: Stage, page: SettingsPage) -> None:
    composer = stage.window.composer
    before = composer.winfo_height()
    stage.window.show_appearance(AppearanceRow(text_percent=200), "light")
    stage.settle()
    assert composer.winfo_height() > before


def test_high_contrast_has_no_quiet_text(stage: Stage, page: SettingsPage) -> None:
    stage.window.show_appearance(AppearanceRow("contrast"), "contrast")
    stage.settle()
    tokens = stage.window.look.tokens
    assert tokens.bg == "#000000" and tokens.side == tokens.bg
    for color in (tokens.fg, tokens.muted, tokens.muted_side, *tokens.nicks):
        assert contrast(color, tokens.bg) >= 7
    assert tokens.field_border == tokens.line == tokens.fg


def test_it_leads_to_the_keys_and_escape_goes_back(stage: Stage, page: SettingsPage) -> None:
    page.show_section(page.key_section)
    page.key_section.keys_button.invoke()
    stage.settle()
    keys = stage.window.popups.lists.keys()
    assert keys.winfo_manager() == "place"
    stage.press(keys.listing, "<Escape>")
    assert not keys.winfo_manager() and page.winfo_manager()
    stage.press(page.key_section.keys_button, "<Escape>")
    assert not page.winfo_manager()
    assert stage.window.root.focus_get() is stage.window.composer.text


def test_the_gear_opens_it(stage: Stage) -> None:
    stage.press(stage.window.own_card.settings_button, "<Return>")
    assert stage.window.popups.settings().winfo_manager() == "place"


def test_sections_change_places(stage: Stage, page: SettingsPage) -> None:
    for section, tab in page.tabs.items():
        stage.press(tab, "<Return>")
        shown = [each for each in page.tabs if each.winfo_ismapped()]
        assert shown == [section]
    page.show_section(page.appearance)


def test_servers_are_chosen_renamed_and_forgotten(stage: Stage, page: SettingsPage) -> None:
    stage.window.show_servers(
        [ServerRow("a:1", "Harbour", is_active=True), ServerRow("b:1", "Studio")]
    )
    network = page.network
    page.show_section(network)
    stage.settle()

    stage.press(network.servers, "<Home>", "<Down>", "<Delete>")
    assert stage.calls.named("on_forget_server") == [("b:1",)]
    network._begin_rename("b:1")
    stage.settle()
    assert network.name_field.value == "Studio" and network.name_field.winfo_ismapped()
    network.name_field.set_value("Work")
    stage.press(network.name_field, "<Return>")
    assert stage.calls.named("on_rename_server") == [("b:1", "Work")]
    assert not network.name_field.winfo_ismapped()

    stage.press(network.servers, "<Home>", "<Down>", "<Return>")
    assert stage.calls.named("on_switch_server") == [("b:1",)]
    assert not page.winfo_manager()
    page.show_section(page.appearance)


def test_the_server_in_use_is_neither_left_nor_forgotten(stage: Stage, page: SettingsPage) -> None:
    stage.window.show_servers([ServerRow("a:1", "Harbour", is_active=True)])
    page.show_section(page.network)
    stage.settle()

    stage.press(page.network.servers, "<Home>", "<Delete>", "<Return>")

    assert stage.calls.named("on_forget_server") == []
    assert stage.calls.named("on_switch_server") == []
    page.show_section(page.appearance)


def test_which_key_sends(stage: Stage, page: SettingsPage) -> None:
    page.key_section.control_sends.invoke()
    assert stage.calls.named("on_control_sends") == [(True,)]

    stage.window.set_control_sends(True)
    assert stage.window.composer.sends_with_control
    stage.window.set_control_sends(False)
    assert not page.key_section.control_sends.is_on


def test_looking_for_servers_can_be_switched_off(stage: Stage, page: SettingsPage) -> None:
    stage.window.show_discovery(True)
    page.network.discovery.invoke()
    assert stage.calls.named("on_discovery") == [(False,)]


@pytest.mark.parametrize("size", [(480, 480), (480, 720), (1100, 720)])
def test_every_section_has_the_same_box_and_nothing_is_cut(
    stage: Stage, page: SettingsPage, size: tuple[int, int]
) -> None:
    stage.resize(*size)
    rows = [ServerRow(f"{n}.example:48228", f"Server {n}") for n in range(9)]
    stage.window.show_servers(rows)
    stage.window.show_appearance(AppearanceRow(language="de", needs_restart=True), "light")
    stage.window.show_notification_settings(
        NotificationSettingsRow(has_quiet_hours=True, problem="They are not installed.")
    )
    boxes = set()
    for section in page.tabs:
        page.show_section(section)
        stage.settle()
        boxes.add(page.winfo_geometry())
        assert page.winfo_y() + page.winfo_height() <= size[1], section
        assert section.winfo_reqwidth() <= page.area.winfo_width(), section
        page.area.scroll_by(10_000)
        stage.settle()
        below = section.winfo_rooty() + section.winfo_height() - page.area.winfo_rooty()
        assert below <= page.area.winfo_height(), section
    assert len(boxes) == 1
    page.show_section(page.appearance)
    stage.resize(1100)


@pytest.mark.parametrize("problem", ["", "They are not installed."])
def test_a_line_stands_nearer_to_its_own_words_than_to_those_above(
    stage: Stage, page: SettingsPage, problem: str
) -> None:
    """Also the parts that come and go, when they have come back."""
    stage.window.show_appearance(AppearanceRow(needs_restart=bool(problem)), "light")
    stage.window.show_notification_settings(NotificationSettingsRow(problem=problem))
    for section in page.tabs:
        page.show_section(section)
        stage.settle()
        parts = [each for each in section.pack_slaves() if each.winfo_ismapped()]
        for above, below in pairwise(parts):
            gap = below.winfo_y() - above.winfo_y() - above.winfo_height()
            if above in section._notes:
                assert gap >= 8 or below in section._notes
            elif below in section._notes:
                assert gap <= 4


def test_the_box_follows_the_window(stage: Stage, page: SettingsPage) -> None:
    stage.resize(480, 480)
    stage.settle()
    assert page.winfo_y() + page.winfo_height() <= 480 and page.winfo_width() <= 480
    stage.resize(1100, 720)
    stage.settle()
    assert page.winfo_height() > 480


def test_keys_wheel_and_thumb_scroll_a_section_that_is_higher(
    stage: Stage, page: SettingsPage
) -> None:
    stage.resize(480, 480)
    section, area = page.notifications, page.area
    stage.window.show_notification_settings(NotificationSettingsRow(problem="No package. " * 60))
    page.show_section(section)
    stage.settle()
    assert area.hidden > 0 and area._thumb.winfo_ismapped()

    section.words_field.focus_force()
    stage.settle()
    field = section.words_field
    assert field.winfo_rooty() + field.winfo_height() <= area.winfo_rooty() + area.winfo_height()
    section.sound.button.event_generate("<Button-4>")
    section.sound.button.event_generate("<Button-4>")
    for _ in range(20):
        section.sound.button.event_generate("<Button-4>")
    stage.settle()
    assert area.inside.winfo_y() == 0

    area._thumb.event_generate("<Button-1>", x=1, y=1, rootx=1, rooty=100)
    area._thumb.event_generate("<B1-Motion>", x=1, y=1, rootx=1, rooty=900)
    stage.settle()
    assert area.inside.winfo_y() == -area.hidden
    page.show_section(page.about)
    stage.settle()
    assert area.inside.winfo_y() == 0
    page.show_section(page.appearance)
    stage.resize(1100)


def test_the_mark_of_the_chosen_language_can_be_seen(stage: Stage, page: SettingsPage) -> None:
    for theme in ("light", "dark"):
        stage.window.look.use(theme)
        language = page.appearance.language
        language.button.invoke()
        menu = language.menu
        ground, mark = (
            page.winfo_rgb(str(color))
            for color in (menu.entrycget(0, "background"), menu.cget("selectcolor"))
        )
        menu.event_generate("<Escape>")
        assert not menu.winfo_ismapped()
        assert sum(abs(a - b) for a, b in zip(ground, mark, strict=True)) > 65535


def click(stage: Stage, button: FlatButton) -> None:
    """As a hand does it: the pointer comes, presses, and stays."""
    x, y = button.winfo_width() // 2, button.winfo_height() // 2
    for sequence in ("<Enter>", "<Motion>", "<Button-1>", "<ButtonRelease-1>"):
        button.event_generate(sequence, x=x, y=y)
    stage.settle()


def test_a_click_takes_the_keys_and_the_chosen_one_looks_so_under_the_pointer(
    stage: Stage, page: SettingsPage
) -> None:
    themes, tokens = page.appearance.theme.buttons, stage.window.look.tokens
    click(stage, themes["dark"])
    assert page.focus_get() is themes["dark"]
    stage.window.show_appearance(AppearanceRow("dark"), "light")
    assert stage.color_at(themes["dark"], 4) == tokens.selected_popup
    assert stage.color_at(themes["light"], 4) == tokens.popup_field
    themes["dark"].event_generate("<Leave>")
    assert stage.color_at(themes["dark"], 4) == tokens.selected_popup


def test_a_tab_keeps_its_look_under_the_pointer_and_takes_the_keys(
    stage: Stage, page: SettingsPage
) -> None:
    tab = page.tabs[page.network]
    click(stage, tab)
    assert page.focus_get() is tab
    assert stage.color_at(tab, 4) == stage.window.look.tokens.selected_popup
    page.show_section(page.appearance)


def test_buttons_beside_the_messages_leave_the_keys_to_the_field(stage: Stage) -> None:
    composer = stage.window.composer
    composer.text.focus_force()
    stage.settle()
    click(stage, composer.send_button)
    assert stage.window.root.focus_get() is composer.text


def test_settings_open_at_the_top_also_where_they_are_scrolled(
    stage: Stage, page: SettingsPage
) -> None:
    stage.resize(1100, 480)
    stage.until(lambda: page.area.hidden > 0)
    page.area.scroll_by(page.area.hidden)
    stage.window.popups.stack.close_all()
    stage.press(stage.window.composer.text, "<Control-comma>")
    stage.until(lambda: page.focus_get() is page.appearance.first())
    stage.settle()
    assert page.area.inside.winfo_y() == 0


def test_the_keys_on_the_first_choice_bring_its_heading_into_view(
    stage: Stage, page: SettingsPage
) -> None:
    page.place_configure(height=240)
    stage.until(lambda: page.area.hidden > 100)
    page.appearance.language.button.focus_force()
    page.area.scroll_by(page.area.hidden)
    stage.settle()
    assert page.area.inside.winfo_y() < 0
    page.appearance.first().focus_force()
    stage.until(lambda: page.area.inside.winfo_y() == 0)
