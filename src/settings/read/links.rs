//! `[[link]]`: which root modules look-ups read.

use std::path::Path;

use crate::settings::LinkEntry;
use crate::settings::table::{SettingsReader, TomlTable};
use crate::terraform::RootLink;
use crate::terraform::files::normal;

impl SettingsReader {
    pub(super) fn links(&mut self, table: TomlTable, directory: &Path) -> Vec<LinkEntry> {
        let entries = self.list(table, "link").into_iter();
        let links = entries.filter_map(|value| {
            let entry = self.as_table(value)?;
            self.link(entry, directory)
        });
        links.collect()
    }

    fn link(&mut self, table: TomlTable, directory: &Path) -> Option<LinkEntry> {
        self.refuse_unknown_keys(table, &["data", "root"]);
        let [data, root] = ["data", "root"].map(|key| {
            if self.get(table, key).is_none() {
                self.error(format!("the link has no `{key}`"), table.span);
            }
            self.string(table, key)
        });
        let (data, root) = data.zip(root)?;
        let span = self.get(table, "root")?.span;
        let root = normal(&directory.join(root));
        Some(LinkEntry {
            link: RootLink { data, root },
            span,
        })
    }
}
