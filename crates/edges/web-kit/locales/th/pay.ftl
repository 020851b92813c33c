# Why a line of a statement is what it is
pay-commission = ค่าคอมมิชชัน: { $parts }
pay-commission-modified = ค่าคอมมิชชัน: { $parts } คูณ { $factor } ตามเงื่อนไขก่อนจ่าย
pay-commission-capped = ค่าคอมมิชชัน: { $parts } ไม่เกิน { $cap } ต่อดีล
pay-kicker = ส่วนเพิ่ม: { $parts }
pay-growth = เติบโตจาก { $before } เป็น { $now }: { $parts }
pay-bonus = โบนัส: { $factor } ของ { $target }
pay-spiff = SPIFF: { $count } × { $each }
pay-spiff-budget = SPIFF: ส่วนที่เหลือของงบประมาณ { $budget }
pay-contest = การแข่งขัน: อันดับ { $rank } ด้วย { $count } แบ่งรางวัลของอันดับกัน { $ties } คน
pay-pool = กองกลาง: { $part } จาก { $whole } วันถ่วงน้ำหนัก ของ { $pool }
pay-delta = เดิม { $before } ขณะนี้ { $now }
pay-cap = ส่วนที่เกินเพดาน { $limit }
pay-cap-released = ส่วนที่เกินเพดานก่อนหน้า ภายในเพดาน { $limit }
pay-guarantee = ค่าตอบแทนขั้นต่ำ { $floor } ได้จริง { $earned }
pay-holdback = กันไว้ { $held } จนกว่าลูกค้าจะชำระ เก็บเงินได้แล้ว { $collected }
pay-release = ปล่อยจ่าย: เก็บเงินได้แล้ว { $collected } ของรายการที่กันไว้ { $held }
pay-hold-cancelled = ยกเลิกยอดกันไว้ { $held } ก่อนเรียกคืนยอดที่จ่ายแล้ว
pay-forfeit = ตัดหนี้สูญ: ยอดกันไว้ { $forfeited } เป็นอันสิ้นสุด
pay-clawback = เรียกคืน: { $share } ของ { $paid }
pay-carried = ค้างหักจากงวดถัดไป รวม { $owed }
pay-offset = หักกลบกับยอดค้าง เหลือ { $owed }
pay-draw = เงินจ่ายล่วงหน้าจนครบ { $amount } ได้จริง { $earned }
pay-recovery = หักคืนจาก { $earned } ยอดค้างก่อนหัก { $owed }
pay-adjustment = ปรับปรุงด้วยมือ: { $reason }

# What blocks approval
pay-no-plan = ไม่มีแผนค่าตอบแทนสำหรับผู้รับในวันนี้
pay-no-quota = ไม่มีโควตาสำหรับ { $interval }
pay-no-rate = ไม่มีอัตราแลกเปลี่ยน { $pair } ณ วันที่ { $date }
pay-no-value = ไม่มีค่าของ { $metric } สำหรับ { $interval }
pay-no-cost = การคิดกำไรต้องมีต้นทุนของรายการนี้
pay-no-target = ไม่มีค่าตอบแทนผันแปรเป้าหมายให้ใช้คำนวณ
pay-unknown-paid = ไม่มีแผนใดรู้จักผู้รับหรือองค์ประกอบนี้ใน paid.csv
pay-uncredited = ยังไม่มีผู้รับเครดิตของรายการนี้
pay-negative-net = ยอดสุทธิจะเป็น { $net }
pay-no-previous = ไม่มีฐานการเติบโต: { $interval } ไม่มีเครดิต
