//! Files that are kept encrypted in a repository. Their text is there to read, but is not what Terraform will read.

use std::sync::LazyLock;

use regex::bytes::Regex;

/// What a file is encrypted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encryption {
    /// git-crypt, which decrypts files in the working copy of those who have the key.
    GitCrypt,
    /// Transcrypt, which does the same with OpenSSL.
    Transcrypt,
    /// SOPS: the values in a JSON, YAML, INI or `.env` file, or a whole file as one value of a JSON object.
    Sops,
    /// Ansible Vault.
    AnsibleVault,
    /// age.
    Age,
    /// `OpenPGP`, as `GnuPG` writes it.
    Pgp,
    /// OpenTofu's encryption of states and plans.
    OpenTofu,
}

/// How encrypted files begin.
const BEGINNINGS: [(&[u8], Encryption); 6] = [
    (b"\0GITCRYPT\0", Encryption::GitCrypt),
    // "Salted__" in Base64, as OpenSSL writes it.
    (b"U2FsdGVkX1", Encryption::Transcrypt),
    (b"$ANSIBLE_VAULT;", Encryption::AnsibleVault),
    (b"age-encryption.org/", Encryption::Age),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", Encryption::Age),
    (b"-----BEGIN PGP MESSAGE-----", Encryption::Pgp),
];

/// A value that SOPS has encrypted.
static SOPS_VALUE: LazyLock<Regex> = LazyLock::new(|| expression(r"ENC\[AES256_GCM,data:"));

/// The part of a file that tells SOPS how to decrypt the rest, in YAML, INI and `.env` files.
static SOPS_KEY: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?m)^sops:|^\[sops\]|^sops_version="));

/// The same in JSON.
static SOPS_JSON_KEY: LazyLock<Regex> = LazyLock::new(|| expression(r#""sops"\s*:"#));

/// The keys of a state that OpenTofu has encrypted, the first of which may stand after the text itself.
static TOFU_KEYS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [
        expression(r#""encrypted_data"\s*:"#),
        expression(r#""encryption_version"\s*:"#),
    ]
});

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("it is written here")
}

impl Encryption {
    /// What the content of a file is encrypted with, if it is.
    pub(super) fn of(content: &[u8]) -> Option<Self> {
        let mut beginnings = BEGINNINGS.iter();
        let found = beginnings.find(|(beginning, _)| content.starts_with(beginning));
        if let Some((_, encryption)) = found {
            return Some(*encryption);
        }
        let is_object = content.trim_ascii_start().starts_with(b"{");
        let sops_key = if is_object { &SOPS_JSON_KEY } else { &SOPS_KEY };
        if SOPS_VALUE.is_match(content) && sops_key.is_match(content) {
            return Some(Self::Sops);
        }
        let is_tofu = is_object && TOFU_KEYS.iter().all(|key| key.is_match(content));
        is_tofu.then_some(Self::OpenTofu)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitCrypt => "git-crypt",
            Self::Transcrypt => "transcrypt",
            Self::Sops => "SOPS",
            Self::AnsibleVault => "Ansible Vault",
            Self::Age => "age",
            Self::Pgp => "OpenPGP",
            Self::OpenTofu => "OpenTofu",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_file_is_known_by_its_form() {
        let sops_json = br#"{ "data": "ENC[AES256_GCM,data:x,iv:y]", "sops": { "mac": "z" } }"#;
        let sops_yaml = b"cidr: ENC[AES256_GCM,data:x]\nsops:\n    kms: []\n";
        let sops_env = b"A=ENC[AES256_GCM,data:x]\nsops_version=3.9.0\n";
        let tofu = br#"{"serial":1,"encrypted_data":"eA==","encryption_version":"v0"}"#;
        for (content, expected) in [
            (&b"\0GITCRYPT\0\x12\xff"[..], Some(Encryption::GitCrypt)),
            (b"U2FsdGVkX1/abc=\n", Some(Encryption::Transcrypt)),
            (sops_json, Some(Encryption::Sops)),
            (sops_yaml, Some(Encryption::Sops)),
            (sops_env, Some(Encryption::Sops)),
            (
                b"$ANSIBLE_VAULT;1.1;AES256\n",
                Some(Encryption::AnsibleVault),
            ),
            (b"age-encryption.org/v1\n", Some(Encryption::Age)),
            (tofu, Some(Encryption::OpenTofu)),
            (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", None),
            (b"a = \"ENC[AES256_GCM,data:x]\"\nb = { \"sops\": 1 }", None),
            (b"resource \"aws_vpc\" \"sops\" {}\n", None),
            (b"", None),
        ] {
            assert_eq!(Encryption::of(content), expected);
        }
    }
}
