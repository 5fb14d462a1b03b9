/**
 * The records of `schemas/` as TypeScript types: times are UTC epoch milliseconds, money is
 * integer minor units. The Avro files are the contract; these follow them field by field.
 */

export type Direction = 'IN' | 'OUT' | 'UNKNOWN';

export interface Candidate {
  readonly plate: string;
  readonly confidence: number;
}

export interface CameraRead {
  readonly readId: string;
  readonly garageId: string;
  readonly cameraId: string;
  readonly laneId: string;
  readonly direction: Direction;
  readonly plate: string;
  readonly country: string;
  readonly confidence: number;
  readonly candidates: readonly Candidate[];
  readonly capturedAt: number;
  readonly receivedAt: number;
  readonly source: string;
  readonly timing: ReadTiming;
}

/** How far a read's `capturedAt` is to be trusted; '': as any other. */
export type ReadTiming = '' | 'backfill' | 'clock_off';

export type VisitStatus = 'open' | 'closed' | 'unclosed' | 'review' | 'withdrawn';

export interface Visit {
  readonly visitId: string;
  readonly revision: number;
  readonly status: VisitStatus;
  readonly operatorId: string;
  readonly garageId: string;
  readonly plate: string;
  readonly country: string;
  readonly plateRead: boolean;
  readonly entryReadId: string | null;
  readonly exitReadId: string | null;
  readonly firstSeenAt: number;
  readonly enteredAt: number | null;
  readonly exitedAt: number | null;
  readonly matchConfidence: number;
  readonly flags: readonly string[];
  readonly rulesVersion: number;
}

export type Severity = 'info' | 'warning' | 'error';

export interface Irregularity {
  readonly irregularityId: string;
  readonly revision: number;
  readonly status: 'open' | 'resolved' | 'withdrawn';
  readonly type: string;
  readonly operatorId: string;
  readonly garageId: string;
  readonly at: number;
  readonly cameraId: string | null;
  readonly readIds: readonly string[];
  readonly visitIds: readonly string[];
  readonly severity: Severity;
  readonly action: string;
}

export interface Sighting {
  readonly country: string;
  readonly plate: string;
  readonly operatorId: string;
  readonly garageId: string;
  readonly visitId: string;
  readonly revision: number;
  readonly status: VisitStatus;
  readonly enteredAt: number | null;
  readonly exitedAt: number | null;
  readonly matchConfidence: number;
  /** Null or left out: a revision of the visit. Else a person's word on the plate, and nothing new of the stay. */
  readonly dismissal?: TwoPlacesDismissal | null;
}

/** A `review_dismiss` of a two_places. */
export interface TwoPlacesDismissal {
  readonly irregularityId: string;
  readonly controlId: string;
  readonly issuedAt: number;
  readonly issuedBy: string;
  readonly reason: string;
}

export interface BillingLine {
  readonly lineId: string;
  readonly revision: number;
  readonly status: 'live' | 'withdrawn';
  readonly operatorId: string;
  readonly accountId: string;
  readonly visitId: string;
  readonly garageId: string;
  readonly visitDay: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly currency: string;
  readonly tariffVersion: string;
  readonly accountVersion: number;
  readonly merchant: string;
  /** Empty: not known. */
  readonly ownerRef: string;
}

export interface DayClose {
  readonly billingDay: string;
  readonly closedAt: number;
}

/** What stands on parking.billing: an Avro union, in avsc's wrapped form. */
export type BillingRecord =
  | { readonly 'parking.BillingLine': BillingLine }
  | { readonly 'parking.DayClose': DayClose };

export interface ChargedLine {
  readonly lineId: string;
  readonly visitId: string;
  readonly operatorId: string;
  readonly garageId: string;
  readonly visitDay: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly entryId: string;
}

export type ChargeStatus = 'pending' | 'charged' | 'failed' | 'invoiced' | 'waived';

export interface ChargeEvent {
  readonly status: ChargeStatus;
  readonly at: number;
  readonly code: string;
  readonly attempt: number;
}

export interface Allocation {
  readonly operatorId: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
}

export interface Charge {
  readonly chargeId: string;
  readonly revision: number;
  readonly status: ChargeStatus;
  readonly accountId: string;
  readonly billingDay: string;
  readonly merchant: string;
  readonly currency: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly lines: readonly ChargedLine[];
  readonly history: readonly ChargeEvent[];
  readonly allocations: readonly Allocation[];
  /** Empty: not to be tried. */
  readonly nextAttemptDay: string;
  readonly attempts: number;
}

export interface LedgerEntry {
  readonly entryId: string;
  readonly revision: number;
  readonly lineId: string;
  readonly accountId: string;
  readonly operatorId: string;
  readonly visitId: string;
  readonly garageId: string;
  readonly visitDay: string;
  readonly currency: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly owner: 'open' | 'captured' | 'invoice' | 'waived';
  readonly ownerId: string;
  readonly status: 'pending' | 'charged' | 'failed';
  readonly at: number;
}

export interface SaleLine {
  readonly lineId: string;
  readonly visitId: string;
  readonly garageId: string;
  readonly visitDay: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly what: 'parking' | 'invoice_fee' | 'correction';
}

export interface Sale {
  readonly saleId: string;
  readonly kind: 'receipt' | 'invoice' | 'credit_note';
  readonly operatorId: string;
  readonly accountId: string;
  readonly chargeId: string;
  readonly invoiceId: string;
  readonly billingDay: string;
  readonly issuedDay: string;
  readonly dueDay: string;
  readonly currency: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly lines: readonly SaleLine[];
  readonly originalSaleId: string;
  readonly kid: string;
  readonly ownerRef: string;
  readonly at: number;
}

export interface SalesDocument extends Omit<Sale, 'saleId'> {
  readonly documentId: string;
  readonly revision: number;
  readonly number: number;
  readonly series: string;
  /** 0: none. */
  readonly originalNumber: number;
}

/** A parking company as its sales documents name it. */
export interface Operator {
  readonly operatorId: string;
  /** All that ever were in force, the oldest first. */
  readonly details: readonly SellerDetails[];
}

export interface SellerDetails {
  readonly from: number;
  readonly name: string;
  /** Nine digits; empty: not known. */
  readonly organisationNumber: string;
  readonly vatRegistered: boolean;
  readonly businessRegistered: boolean;
  readonly address: readonly string[];
  readonly email: string;
  readonly bankAccount: string;
  readonly language: string;
}

/** Documents that are to be sent to whom they are for. */
export interface MailRequest {
  readonly mailId: string;
  readonly accountId: string;
  readonly documentIds: readonly string[];
  /** nb or en; empty: the operator's. */
  readonly language: string;
  readonly requestedAt: number;
  readonly to: MailTo;
  readonly requestedBy: string;
}

/** The account's holder, or whom the document is for: perhaps the vehicle's registered owner. */
export type MailTo = 'holder' | 'addressee';

export type MailOutcome = 'accepted' | 'refused' | 'no_address' | 'no_documents';

export interface MailResult {
  readonly mailId: string;
  readonly accountId: string;
  readonly documentIds: readonly string[];
  readonly outcome: MailOutcome;
  /** Of the mail server; empty: none. */
  readonly code: string;
  readonly messageId: string;
  readonly decidedAt: number;
}

export interface VehicleOwner {
  readonly country: string;
  readonly plate: string;
  readonly ownerRef: string;
  readonly name: string;
  readonly address: string;
  readonly email: string;
}

export interface BankPayment {
  readonly reference: string;
  readonly kid: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly bookedOn: string;
  readonly receivedAt: number;
}

export type PaymentFate =
  | 'paid' | 'underpaid' | 'overpaid' | 'paid_twice' | 'unknown_kid' | 'bad_check_digit' | 'other_currency';

export interface MatchedPayment {
  readonly reference: string;
  readonly kid: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly bookedOn: string;
  readonly fate: PaymentFate;
  readonly accountId: string;
  readonly invoiceId: string;
  readonly matchedMinor: number;
  readonly surplusMinor: number;
  readonly at: number;
}

export type LaneDirection = 'in' | 'out' | 'both';

export interface Lane {
  readonly laneId: string;
  readonly direction: LaneDirection;
  readonly adjacent: readonly string[];
  readonly cameras: readonly Camera[];
}

export interface Camera {
  readonly cameraId: string;
  readonly view: string;
  readonly serial: string;
  /** From the camera's words or degrees to in, out or unknown. */
  readonly directions: Readonly<Record<string, string>>;
}

export interface Tariff {
  readonly tariffVersion: string;
  readonly validFrom: number;
  readonly currency: string;
  readonly freeMinutes: number;
  readonly incrementMinutes: number;
  readonly incrementMinor: number;
  readonly dailyCapMinor: number | null;
  readonly vatBasisPoints: number;
  readonly freeMinutesFromEntry: boolean;
  readonly freeMinutesReentry: number;
  readonly holidayCountry: string;
  readonly rateLineCollections: readonly RateLineCollection[];
  readonly maxValues: readonly MaxValue[];
  readonly permitTerms: readonly PermitTerms[];
}

export type TariffDay = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun' | 'holiday';

export interface Validity {
  readonly days: readonly TariffDay[];
  /** HH:MM */
  readonly from: string;
  readonly to: string;
}

export interface RateLine {
  readonly type: 'incrementingRate' | 'flatRate' | 'flatRateTier';
  readonly durationStart: number;
  readonly durationEnd: number | null;
  readonly incrementPeriod: number;
  readonly valueMinor: number;
}

export interface RateLineCollection {
  readonly name: string;
  readonly validity: readonly Validity[];
  readonly rateLines: readonly RateLine[];
  readonly maxValueMinor: number | null;
}

export interface MaxValue {
  readonly period: 'visit' | 'day' | 'week' | 'rolling24h' | 'rolling7d';
  readonly valueMinor: number;
  readonly capScope: 'visit' | 'plate';
  readonly resetTime: string;
}

export interface PermitTerms {
  readonly kind: string;
  readonly discountBasisPoints: number;
  readonly validity: readonly Validity[];
}

export interface GarageSettings {
  readonly passageGapMs: number;
  readonly allowedLatenessMs: number;
  readonly horizonMs: number;
  readonly forgetAfterMs: number;
  readonly overstayAfterMs: number;
}

export interface Garage {
  readonly garageId: string;
  readonly operatorId: string;
  readonly name: string;
  readonly timezone: string;
  readonly capacity: number;
  readonly lanes: readonly Lane[];
  readonly tariffs: readonly Tariff[];
  readonly settings: GarageSettings;
  readonly paymentWindowMs: number;
  readonly merchant: string;
}

export interface Account {
  readonly accountId: string;
  readonly version: number;
  readonly bindings: readonly {
    readonly country: string;
    readonly plate: string;
    readonly from: number;
    readonly until: number | null;
  }[];
  readonly statuses: readonly {
    readonly status: 'active' | 'inactive' | 'blocked';
    readonly from: number;
    readonly reason: string;
  }[];
  readonly changedAt: number;
  readonly switchedOff: boolean;
  readonly blockedFor: string;
  readonly card: AccountCard | null;
}

export interface AccountCard {
  readonly token: string;
  readonly maskedNumber: string;
  readonly brand: string;
  readonly expiryMonth: string;
  readonly from: number;
}

export interface AccountSession {
  readonly sessionId: string;
  readonly refreshHash: string;
  readonly spentHash: string;
  readonly startedAt: number;
  readonly expiresAt: number;
}

export interface AccountDetails {
  readonly accountId: string;
  readonly version: number;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly passwordHash: string;
  readonly createdAt: number;
  readonly sessions: readonly AccountSession[];
  readonly cardRegistration: { readonly reference: string; readonly orderId: string; readonly startedAt: number } | null;
}

export interface PaymentRequest {
  readonly requestId: string;
  readonly chargeId: string;
  readonly attempt: number;
  readonly accountId: string;
  readonly merchant: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly currency: string;
  readonly cardToken: string;
  readonly description: string;
  readonly requestedAt: number;
  readonly operation: 'payment' | 'reversal';
  readonly orderId: string;
}

export type PaymentOutcome = 'captured' | 'reversed' | 'declined_soft' | 'declined_hard' | 'technical' | 'unknown';

export interface PaymentResult {
  readonly requestId: string;
  readonly revision: number;
  readonly chargeId: string;
  readonly attempt: number;
  readonly accountId: string;
  readonly outcome: PaymentOutcome;
  readonly code: string;
  readonly authorisationReference: string;
  readonly captureReference: string;
  readonly grossMinor: number;
  readonly currency: string;
  readonly decidedAt: number;
  readonly orderId: string;
}

export interface ApiKey {
  readonly keyId: string;
  /** `*`: all operators. */
  readonly operatorId: string;
  /** Empty: all of the operator. */
  readonly garages: readonly string[];
  readonly name: string;
  /** SHA-256, hexadecimal. */
  readonly secretHash: string;
  readonly requestsPerSecond: number;
  readonly createdAt: number;
  readonly revokedAt: number | null;
  /** What it may do besides: `review`. */
  readonly scopes: readonly string[];
}

export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly operatorId: string;
  readonly url: string;
  /** Of what it is told: billing, charges, documents. */
  readonly topics: readonly string[];
  /** Oldest first; `sealed`: the signing secret as a compact JWE. */
  readonly secrets: readonly { readonly sealed: string; readonly createdAt: number; readonly validUntil: number | null }[];
  /** Records of an earlier time (UTC ms) are not sent. */
  readonly deliverFrom: number;
  readonly createdAt: number;
  readonly removedAt: number | null;
}

export type ReviewAction = 'review_confirm' | 'review_split' | 'review_merge' | 'review_correct' | 'review_dismiss';

export interface Control {
  readonly controlId: string;
  readonly type: 'clock_advance' | 'hold' | 'release' | 'configuration' | 'recount' | ReviewAction | 'block' | 'unblock' | 'erase' | 'erase_dormant' | 'forget'
    | 'card' | 'waive' | 'approve' | 'hold_blocking' | 'release_blocking'
    | 'webhook_enable' | 'webhook_disable' | 'webhook_replay';
  readonly subject: string;
  readonly to: number | null;
  readonly version: number | null;
  readonly issuedAt: number;
  readonly issuedBy: string;
  readonly reason: string;
  /** Of a recount; left out elsewhere. */
  readonly count?: number | null;
  readonly plates?: readonly string[];
  /** Of review actions; left out elsewhere. */
  readonly visitId?: string | null;
  readonly otherVisitId?: string | null;
  readonly irregularityId?: string | null;
  readonly plate?: string | null;
  readonly country?: string | null;
  /** Of card; left out elsewhere. */
  readonly cardToken?: string;
  readonly cardExpiryMonth?: string;
}

export interface ClockMove {
  readonly garageId: string;
  readonly from: number;
  readonly to: number;
  readonly cause: 'tick' | Control['type'];
  readonly readsOffset: number;
  /** Of the control record that was taken in; null: a tick. */
  readonly controlId: string | null;
}

/** How many vehicles are likely inside a garage. */
export interface Occupancy {
  readonly garageId: string;
  readonly operatorId: string;
  /** Garage clock, ms UTC. */
  readonly at: number;
  readonly inside: number;
  readonly openVisits: number;
  /** Instant of the last recount, ms UTC; null: none. */
  readonly countedAt: number | null;
}

/** What a camera that nobody has configured yet has told, with the images left out. */
export interface HeldEvent {
  readonly serial: string;
  readonly eventId: string;
  readonly format: string;
  readonly payload: string;
  readonly operatorId: string;
  readonly garageIds: readonly string[];
  readonly receivedAt: number;
}

export interface Permit {
  readonly permitId: string;
  readonly kind: string;
  readonly country: string;
  readonly plate: string;
  readonly garages: readonly string[];
  readonly from: number;
  readonly to: number | null;
  readonly source: string;
  readonly contractId: string;
  readonly places: number;
}

export interface ExternalPayment {
  readonly provider: string;
  readonly reference: string;
  readonly garageId: string;
  readonly country: string;
  readonly plate: string;
  readonly from: number;
  readonly to: number;
  readonly sumMinor: number;
  readonly currency: string;
}

export type DispositionKind =
  | 'account' | 'free' | 'permit' | 'paid_elsewhere' | 'awaiting_payment' | 'invoice_due' | 'review' | 'uncollectable';

export interface Disposition {
  readonly visitId: string;
  readonly revision: number;
  readonly status: 'live' | 'withdrawn';
  readonly disposition: DispositionKind;
  readonly reason: '' | 'entry_unknown' | 'exit_unknown' | 'no_tariff' | 'no_plate';
  readonly operatorId: string;
  readonly garageId: string;
  readonly firstSeenAt: number;
  readonly enteredAt: number | null;
  readonly exitedAt: number | null;
  readonly accountId: string;
  readonly permitId: string;
  readonly permitKind: string;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly paidMinor: number;
  readonly currency: string;
  readonly tariffVersion: string;
  readonly payableUntil: number | null;
}

export interface UnpaidVisit {
  readonly visitId: string;
  readonly revision: number;
  readonly status: 'live' | 'withdrawn';
  readonly operatorId: string;
  readonly garageId: string;
  readonly country: string;
  readonly plate: string;
  readonly enteredAt: number;
  readonly exitedAt: number;
  readonly grossMinor: number;
  readonly vatMinor: number;
  readonly currency: string;
  readonly tariffVersion: string;
}

/** Somebody was shown personal data. */
export interface AccessLogEntry {
  readonly entryId: string;
  readonly at: number;
  readonly actor: string;
  readonly actorName: string;
  readonly view: AccessView;
  readonly reason: string;
  readonly garageId: string;
  readonly subjects: readonly AccessSubject[];
  readonly requestId: string;
}

export type AccessView =
  | 'review_evidence' | 'review_list' | 'explain' | 'documents_pdf' | 'cameras_watch' | 'vehicle_visits';

export interface AccessSubject {
  readonly kind: 'visit' | 'account' | 'document' | 'camera';
  readonly id: string;
}

/** Record type of each schema file. */
export interface RecordOf {
  CameraRead: CameraRead;
  Visit: Visit;
  Irregularity: Irregularity;
  Sighting: Sighting;
  BillingRecord: BillingRecord;
  Charge: Charge;
  Garage: Garage;
  Account: Account;
  AccountDetails: AccountDetails;
  ApiKey: ApiKey;
  Control: Control;
  ClockMove: ClockMove;
  Occupancy: Occupancy;
  PaymentRequest: PaymentRequest;
  PaymentResult: PaymentResult;
  HeldEvent: HeldEvent;
  Permit: Permit;
  ExternalPayment: ExternalPayment;
  Disposition: Disposition;
  UnpaidVisit: UnpaidVisit;
  LedgerEntry: LedgerEntry;
  Sale: Sale;
  SalesDocument: SalesDocument;
  VehicleOwner: VehicleOwner;
  BankPayment: BankPayment;
  MatchedPayment: MatchedPayment;
  Operator: Operator;
  MailRequest: MailRequest;
  MailResult: MailResult;
  WebhookEndpoint: WebhookEndpoint;
  AccessLogEntry: AccessLogEntry;
}
