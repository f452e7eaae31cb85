package posture

// Scan is how images are scanned by themselves.
type Scan string

// The ways. Continuous scanning, which enhanced scanning alone offers, scans on push as well.
const (
	ScanOnPush     Scan = "on-push"
	ScanContinuous Scan = "continuous"
	ScanOff        Scan = "off" // whether they are is not judged
)

// Words are all ways.
func (Scan) Words() []string {
	return []string{string(ScanOnPush), string(ScanContinuous), string(ScanOff)}
}

// EncryptionWord is what is wanted of the encryption of a repository.
type EncryptionWord string

// The words. Every repository is encrypted; only kms, with a key of one's own or of AWS, can be missed.
const (
	AES256 EncryptionWord = "aes256"
	KMS    EncryptionWord = "kms"
)

// Words are all words.
func (EncryptionWord) Words() []string { return []string{string(AES256), string(KMS)} }

// CheckName names one check of the settings.
type CheckName string

// The checks, in the order in which they are told.
const (
	CheckImmutability CheckName = "immutability"
	CheckScanning     CheckName = "scanning"
	CheckLifecycle    CheckName = "lifecycle"
	CheckEncryption   CheckName = "encryption"
	CheckAccess       CheckName = "access"         // who may pull that is not asked who he is
	CheckDeletion     CheckName = "deletion"       // who may delete an immutable tag, or make it mutable
	CheckTags         CheckName = "tags"           // of one image, against the quota
	CheckImages       CheckName = "images"         // against the quota
	CheckTemplates    CheckName = "create-on-push" // of repositories that do not exist yet
)

// Words are the names of all checks.
func (CheckName) Words() []string {
	return []string{
		string(CheckImmutability), string(CheckScanning), string(CheckLifecycle), string(CheckEncryption), string(CheckAccess), string(CheckDeletion),
		string(CheckTags), string(CheckImages), string(CheckTemplates),
	}
}
