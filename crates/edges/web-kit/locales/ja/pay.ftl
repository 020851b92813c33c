# Why a line of a statement is what it is
pay-commission = コミッション: { $parts }
pay-commission-modified = コミッション: { $parts }、支給条件により { $factor } 倍
pay-commission-capped = コミッション: { $parts }、1商談の上限 { $cap }
pay-kicker = 上乗せ: { $parts }
pay-growth = { $before } から { $now } への成長: { $parts }
pay-bonus = ボーナス: { $target } の { $factor }
pay-spiff = SPIFF: { $count } × { $each }
pay-spiff-budget = SPIFF: 予算 { $budget } の残り
pay-contest = コンテスト: { $count } で { $rank } 位、{ $ties } 名で該当順位の賞を等分
pay-pool = プール: { $pool } を加重日数で配分（{ $whole } 分の { $part }）
pay-delta = { $before } から { $now } に変わった差額
pay-cap = 上限 { $limit } を超えた額
pay-cap-released = 以前の上限超過分、上限 { $limit } の範囲で支給
pay-guarantee = 最低保証 { $floor }、獲得額 { $earned }
pay-holdback = 入金まで { $held } を留保、回収済み { $collected }
pay-release = 留保解除: { $held } の留保のうち { $collected } を回収済み
pay-hold-cancelled = 支給済みの返還より先に { $held } の留保を取消
pay-forfeit = 貸倒れ: 留保 { $forfeited } は支給されない
pay-clawback = 返還請求: { $paid } の { $share }
pay-carried = 以後の報酬から差し引く額、合計 { $owed }
pay-offset = 未精算額との相殺、残り { $owed }
pay-draw = { $amount } までの前払報酬、獲得額 { $earned }
pay-recovery = { $earned } からの回収、回収前の残高 { $owed }
pay-adjustment = 手動調整: { $reason }

# What blocks approval
pay-no-plan = この日に支給対象者に適用される報酬プランがありません。
pay-no-quota = { $interval } のノルマがありません。
pay-no-rate = { $date } の為替レート { $pair } がありません。
pay-no-value = { $interval } の { $metric } の値がありません。
pay-no-cost = 利益の計算にはこの件の原価が必要です。
pay-no-target = 計算に使う目標変動給がありません。
pay-unknown-paid = paid.csv のこの受給者または構成要素はどのプランにもありません。
pay-uncredited = この件は未配分です。
pay-negative-net = 差引額が { $net } になります。
pay-no-previous = 成長の基準がありません: { $interval } のクレジットがありません。
